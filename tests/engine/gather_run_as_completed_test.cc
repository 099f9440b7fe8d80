// A gather whose outcomes are streamed.

#include <cstdint>
#include <string>
#include <vector>

#include "engine/gather_run.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/engine/gather_run_fixture.h"
#include "tests/support/fake_invoker.h"

namespace gather::engine {
namespace {

using Slots = std::vector<std::uint32_t>;

class GatherRunAsCompletedTest : public GatherRunTest {};

// semantics 38
TEST_F(GatherRunAsCompletedTest, OutcomesComeInCompletionOrderThenTheAnswer) {
  Stream(Calls(3));
  Succeed(2, "c");
  Settle();
  EXPECT_EQ(streamed(), (Slots{2}));
  EXPECT_FALSE(answered());
  Succeed(0, "a");
  Succeed(1, "b");
  Settle();
  EXPECT_EQ(streamed(), (Slots{2, 0, 1}));
  ExpectSucceeded(1, "b");
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_SATISFIED);
  EXPECT_EQ(answer().summary.straggler(), 1u);
  EXPECT_TRUE(answer().outcomes.empty());
}

// semantics 9
TEST_F(GatherRunAsCompletedTest, WhatEndsInOneDrainComesInTheQueuesOrder) {
  Stream(Calls(4, kCollect));
  for (const std::uint32_t slot : {3, 1, 2, 0}) Succeed(slot);
  Settle();
  EXPECT_EQ(streamed(), (Slots{3, 1, 2, 0}));
}

// semantics 39
TEST_F(GatherRunAsCompletedTest, InCollectTheStreamGoesOnAfterAFailure) {
  Stream(Calls(2, kCollect));
  Fail(1, 5, "gone");
  Settle();
  ExpectFailed(1, 5);
  EXPECT_FALSE(answered());
  Succeed(0);
  Settle();
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_SATISFIED);
  EXPECT_EQ(answer().total_failures, 1u);
}

// semantics 39
TEST_F(GatherRunAsCompletedTest, InFailFastTheCancelledRestFollowsTheFailure) {
  Stream(Calls(3, "max_concurrency: 2"));
  Fail(1, 5, "gone");
  Settle();
  EXPECT_EQ(streamed().front(), 1u);
  EXPECT_EQ(streamed().size(), 3u);
  ExpectStopped(0, v1::DISPOSITION_CANCELLED, v1::CAUSE_SIBLING_FAILED);
  ExpectStopped(2, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SIBLING_FAILED);
  EXPECT_EQ(answer().decision.status().message(), "gone");
  ASSERT_EQ(answer().failures.size(), 1u);
  EXPECT_EQ(answer().failures[0].index, 1u);
}

// semantics 40, 51
TEST_F(GatherRunAsCompletedTest, AReaderThatLeavesCancelsTheRestWhichIsAwaited) {
  invoker_.IgnoreCancels();
  GatherRun* const run = Stream(Calls(2, kCollect));
  Succeed(0, "a");
  Settle();
  run->Cancel(v1::CAUSE_CALLER);
  Settle();
  EXPECT_EQ(invoker_.cancelled(), (Slots{1}));
  EXPECT_FALSE(answered());
  invoker_.Find(1)->Complete(gather::testing::CancelledByUs());
  Settle();
  ExpectStopped(1, v1::DISPOSITION_CANCELLED, v1::CAUSE_CALLER);
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_CANCELLED);
}

// semantics 41
TEST_F(GatherRunAsCompletedTest, WhileItsReaderIsSlowNothingIsStartedAndNothingIsDropped) {
  GatherRun* const run = Stream(Calls(4, "max_concurrency: 2"));
  run->Pause(true);
  Succeed(0, "a");
  Succeed(1, "b");
  Settle();
  EXPECT_EQ(streamed(), (Slots{0, 1}));
  EXPECT_EQ(started(), (Slots{0, 1}));
  EXPECT_EQ(run->queued(), 2u);
  run->Pause(false);
  Settle();
  EXPECT_EQ(started(), (Slots{0, 1, 2, 3}));
  Succeed(2);
  Succeed(3);
  Settle();
  EXPECT_EQ(answer().summary.succeeded(), 4u);
}

// The race pause/complete, both ways.
// semantics 41
TEST_F(GatherRunAsCompletedTest, APermitThatIsFreeAsTheReaderTurnsSlowStartsNothing) {
  GatherRun* const run = Stream(Calls(3, "max_concurrency: 1"));
  Succeed(0);
  run->Pause(true);
  Settle();
  EXPECT_EQ(started(), (Slots{0}));
  run->Pause(false);
  run->Pause(true);
  Settle();
  EXPECT_EQ(started(), (Slots{0}));
  run->Pause(false);
  Settle();
  EXPECT_EQ(started(), (Slots{0, 1}));
  Succeed(1);
  Settle();
  Succeed(2);
}

// semantics 41, 59
TEST_F(GatherRunAsCompletedTest, TimeGoesOnForWhatWaitsForASlowReader) {
  GatherRun* const run = Stream(Calls(1, std::string(kCollect) + " max_concurrency: 1") +
                                " calls { timeout { nanos: 20000000 } }");
  run->Pause(true);
  Advance(milliseconds(20));
  ExpectStopped(1, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SUB_CALL_DEADLINE);
  Succeed(0);
}

// semantics 41
TEST_F(GatherRunAsCompletedTest, ADecisionIsNotHeldUpByASlowReader) {
  GatherRun* const run = Stream(Calls(3, "max_concurrency: 1"));
  run->Pause(true);
  Fail(0, 5);
  Settle();
  EXPECT_EQ(answer().summary.not_started(), 2u);
}

// Unread outcomes are bounded by their reader's budget, not by what one answer may hold.
TEST_F(GatherRunAsCompletedTest, RepliesMayHaveMoreBytesThanOneAnswer) {
  max_response_bytes_ = 10;
  Stream(Calls(3));
  for (const std::uint32_t slot : {0, 1, 2}) {
    Succeed(slot, "123456789");
    Settle();
  }
  EXPECT_EQ(answer().summary.succeeded(), 3u);
}

TEST_F(GatherRunAsCompletedTest, ValidatingOnlyStreamsTheSlotsAndSendsNothing) {
  Stream(Calls(2, std::string(kCollect) + " validate_only: true") + " calls { target: 'nobody' }");
  EXPECT_EQ(streamed(), (Slots{0, 1, 2}));
  EXPECT_EQ(outcome(0).disposition, v1::DISPOSITION_NOT_STARTED);
  EXPECT_EQ(outcome(2).disposition, v1::DISPOSITION_REJECTED);
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_UNSPECIFIED);
  EXPECT_TRUE(started().empty());
}

}  // namespace
}  // namespace gather::engine
