#include "engine/reply_collector.h"

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <cstddef>
#include <string>

#include "engine/attempt.h"
#include "engine/reply_budget.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

constexpr std::size_t kMaxBytes = 1000;
constexpr std::size_t kMaxTotalBytes = 1500;

class ReplyCollectorTest : public testing::Test {
 protected:
  ReplyCollectorTest() { collector_.Begin(&budget_, kMaxBytes); }

  static bool Add(std::size_t bytes, ReplyCollector* collector) {
    const grpc::Slice slice(std::string(bytes, 'x'));
    grpc::ByteBuffer message(&slice, 1);
    return collector->Add(&message);
  }
  bool Add(std::size_t bytes) { return Add(bytes, &collector_); }

  AttemptResult Finish(int code = 0) {
    AttemptResult result;
    result.code = code;
    collector_.Finish(&result);
    return result;
  }

  static void ExpectOurs(const AttemptResult& result, const char* reason) {
    EXPECT_EQ(result.code, 8);
    EXPECT_STREQ(result.reason, reason);
    EXPECT_EQ(result.origin, v1::ORIGIN_ORCHESTRATOR);
    EXPECT_EQ(result.delivery, v1::DELIVERY_EFFECT_UNKNOWN);
    EXPECT_EQ(result.replies, nullptr);
  }

  ReplyBudget budget_{kMaxTotalBytes};
  ReplyCollector collector_;
};

TEST_F(ReplyCollectorTest, ASuccessHoldsTheMessagesAndTheirReservation) {
  EXPECT_TRUE(Add(100));
  EXPECT_TRUE(Add(200));
  EXPECT_EQ(budget_.reserved(), 300u);
  const AttemptResult result = Finish();
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.replies->size(), 2u);
  EXPECT_EQ(result.streamed, 2u);
  EXPECT_EQ(budget_.reserved(), 300u);
}

TEST_F(ReplyCollectorTest, AnEmptyStreamIsASuccessWithoutMessages) {
  const AttemptResult result = Finish();
  EXPECT_EQ(result.code, 0);
  ASSERT_NE(result.replies, nullptr);
  EXPECT_EQ(result.replies->size(), 0u);
}

TEST_F(ReplyCollectorTest, AFailureDropsTheMessagesAndGivesTheirBytesBack) {
  EXPECT_TRUE(Add(100));
  const AttemptResult result = Finish(/*code=*/5);
  EXPECT_EQ(result.code, 5);
  EXPECT_EQ(result.replies, nullptr);
  EXPECT_EQ(result.streamed, 1u);
  EXPECT_EQ(budget_.reserved(), 0u);
}

TEST_F(ReplyCollectorTest, ExactlyTheMaximumIsTaken) {
  EXPECT_TRUE(Add(600));
  EXPECT_TRUE(Add(400));
  EXPECT_EQ(Finish().code, 0);
}

TEST_F(ReplyCollectorTest, MoreThanOneSubCallMayBringIsOursWhateverTheBackendSays) {
  EXPECT_TRUE(Add(600));
  EXPECT_FALSE(Add(401));
  EXPECT_EQ(budget_.reserved(), 0u);
  const AttemptResult result = Finish();
  ExpectOurs(result, "REPLY_TOO_LARGE");
  EXPECT_EQ(result.message, "2 streamed messages dropped: one sub-call may bring 1000 bytes");
}

TEST_F(ReplyCollectorTest, MoreThanTheGatherMayHoldIsOursToo) {
  ReplyCollector sibling;
  sibling.Begin(&budget_, kMaxBytes);
  EXPECT_TRUE(Add(800, &sibling));
  EXPECT_TRUE(Add(600));
  EXPECT_FALSE(Add(101));
  EXPECT_EQ(budget_.reserved(), 800u);
  EXPECT_TRUE(Add(100, &sibling));
  ExpectOurs(Finish(/*code=*/1), "TOTAL_REPLY_TOO_LARGE");
}

TEST_F(ReplyCollectorTest, EmptyMessagesAreBounded) {
  std::size_t taken = 0;
  while (Add(0)) ++taken;
  EXPECT_EQ(taken, kMaxBytes / 64);
  ExpectOurs(Finish(), "REPLY_TOO_LARGE");
}

TEST_F(ReplyCollectorTest, WhatIsDiscardedCountsNothing) {
  EXPECT_TRUE(Add(900));
  collector_.Discard();
  EXPECT_EQ(budget_.reserved(), 0u);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(Add(900));
  EXPECT_EQ(budget_.reserved(), 0u);
  EXPECT_EQ(Finish().replies, nullptr);
}

TEST_F(ReplyCollectorTest, TheNextAttemptStartsAnew) {
  EXPECT_FALSE(Add(1001));
  ExpectOurs(Finish(), "REPLY_TOO_LARGE");
  collector_.Begin(&budget_, kMaxBytes);
  EXPECT_TRUE(Add(1000));
  const AttemptResult result = Finish();
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.streamed, 1u);
}

}  // namespace
}  // namespace gather::engine
