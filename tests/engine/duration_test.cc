#include "engine/duration.h"

#include <chrono>

#include "gtest/gtest.h"

namespace gather::engine {
namespace {

using std::chrono::nanoseconds;

TEST(DurationTest, SplitsIntoSecondsAndNanos) {
  google::protobuf::Duration duration;
  ToProto(nanoseconds(1'500'000'001), &duration);
  EXPECT_EQ(duration.seconds(), 1);
  EXPECT_EQ(duration.nanos(), 500'000'001);
}

TEST(DurationTest, BothPartsOfANegativeLengthAreNegative) {
  google::protobuf::Duration duration;
  ToProto(nanoseconds(-1'500'000'000), &duration);
  EXPECT_EQ(duration.seconds(), -1);
  EXPECT_EQ(duration.nanos(), -500'000'000);
}

}  // namespace
}  // namespace gather::engine
