#include "benchmarks/workload.h"

#include <gtest/gtest.h>

#include <string>

#include "benchmarks/door.h"
#include "benchmarks/middle.pb.h"

namespace gather::benchmarks {
namespace {

TEST(WorkloadTest, EchoesThePayloadOfItsShape) {
  Workload workload({.calls = 3, .payload_bytes = 5});
  EXPECT_EQ(workload.payload(), "xxxxx");
  for (int i = 0; i < 300; ++i) EXPECT_EQ(std::string(workload.NextMethod()), kEcho);
}

TEST(WorkloadTest, SendsEveryHundredthCallToTheSlowMethod) {
  Workload workload({.calls = 30, .slow = true});
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(std::string(workload.NextMethod()), i % 100 == 99 ? kEchoSlowly : kEcho) << i;
  }
}

TEST(WorkloadTest, CountsTheCallsOfBothLevels) {
  Workload workload({.calls = 40, .levels = 2, .slow = true});
  EXPECT_EQ(workload.NextFanOut().slow_size(), 0);
  EXPECT_EQ(workload.NextFanOut().slow_size(), 0);
  const v1::FanOutRequest third = workload.NextFanOut();
  EXPECT_EQ(third.calls(), 40u);
  EXPECT_EQ(third.payload(), workload.payload());
  ASSERT_EQ(third.slow_size(), 1);
  EXPECT_EQ(third.slow(0), 19u);
}

TEST(CheckTest, MissesRepliesAndBytes) {
  const Shape shape = {.calls = 2, .payload_bytes = 3, .levels = 2};
  v1::FanOutResponse response;
  response.add_replies("xxx");
  EXPECT_NE(Check(shape, response), "");
  response.add_replies("xxx");
  EXPECT_EQ(Check(shape, response), "");
  response.set_replies(1, "xx");
  EXPECT_NE(Check(shape, response), "");
}

}  // namespace
}  // namespace gather::benchmarks
