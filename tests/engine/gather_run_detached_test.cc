// What runs on after its gather was answered.

#include <chrono>
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

using gather::testing::CancelledByUs;
using Slots = std::vector<std::uint32_t>;

const char kPropagate[] = "policy { mode: MODE_PROPAGATE }";
const char kShieldedCall[] = " calls { shielded: true }";

class GatherRunDetachedTest : public GatherRunTest {
 protected:
  // Whether exactly that many sub-calls run on.
  void ExpectDetached(int count) {
    int taken = 0;
    while (detached_budget_.TryTake()) ++taken;
    for (int i = 0; i < taken; ++i) detached_budget_.Release();
    EXPECT_EQ(taken, 1'000 - count);
  }
};

// semantics 27
TEST_F(GatherRunDetachedTest, PropagateAnswersTheFirstFailureAtOnceAndSiblingsRunOn) {
  Run(Calls(3, std::string(kPropagate) + " max_concurrency: 2"));
  Fail(0, 5, "gone");
  Settle();
  EXPECT_EQ(answer().decision.status().message(), "gone");
  EXPECT_EQ(outcome(1).disposition, v1::DISPOSITION_DETACHED);
  EXPECT_EQ(outcome(1).delivery, v1::DELIVERY_EFFECT_UNKNOWN);
  EXPECT_EQ(outcome(1).status, nullptr);
  ExpectStopped(2, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SIBLING_FAILED);
  EXPECT_EQ(answer().summary.detached(), 1u);
  EXPECT_TRUE(invoker_.cancelled().empty());
  EXPECT_TRUE(invoker_.Find(1)->detached());
  ExpectDetached(1);
  EXPECT_EQ(runs_.size(), 1u);
  Succeed(1, "too late");
  Settle();
  EXPECT_TRUE(runs_.empty());
  ExpectDetached(0);
}

// semantics 28
TEST_F(GatherRunDetachedTest, ALateFailureIsToldOnceAndALateSuccessNot) {
  Run(Calls(3, kPropagate));
  Fail(0, 5);
  Settle();
  Succeed(1);
  Fail(2, 13, "late");
  Settle();
  ASSERT_EQ(detached_failures_.size(), 1u);
  EXPECT_EQ(detached_failures_[0].gather_id, "gather 1");
  EXPECT_EQ(detached_failures_[0].failure.index, 2u);
  EXPECT_EQ(detached_failures_[0].failure.target, "users");
  EXPECT_EQ(detached_failures_[0].failure.status.message(), "late");
  EXPECT_EQ(answers_.size(), 1u);
}

// semantics 27
TEST_F(GatherRunDetachedTest, WhatRunsOnIsStoppedAfterTheDetachedTimeout) {
  Run(Calls(2, kPropagate));
  Fail(0, 5);
  Settle();
  Advance(std::chrono::seconds(60) - milliseconds(1));
  EXPECT_TRUE(invoker_.cancelled().empty());
  Advance(milliseconds(1));
  EXPECT_EQ(invoker_.cancelled(), (Slots{1}));
  EXPECT_TRUE(runs_.empty());
}

// semantics 29
TEST_F(GatherRunDetachedTest, ShutdownStopsWhatRunsOn) {
  GatherRun* const run = Run(Calls(2, kPropagate));
  Fail(0, 5);
  Settle();
  run->Cancel(v1::CAUSE_CALLER);
  EXPECT_TRUE(invoker_.cancelled().empty());
  run->Cancel(v1::CAUSE_SHUTDOWN);
  EXPECT_EQ(invoker_.cancelled(), (Slots{1}));
  Settle();
  EXPECT_TRUE(runs_.empty());
  ExpectDetached(0);
}

// The race shutdown/end of a detached one: its end is in the queue first.
// semantics 28, 29
TEST_F(GatherRunDetachedTest, AnEndThatWasThereBeforeTheShutdownIsToldAsItIs) {
  GatherRun* const run = Run(Calls(2, kPropagate));
  Fail(0, 5);
  Settle();
  Fail(1, 13, "its own");
  run->Cancel(v1::CAUSE_SHUTDOWN);
  Settle();
  ASSERT_EQ(detached_failures_.size(), 1u);
  EXPECT_EQ(detached_failures_[0].failure.status.message(), "its own");
}

// semantics 29
TEST_F(GatherRunDetachedTest, BeyondTheBudgetSiblingsAreCancelledAndNameTheLimit) {
  for (int taken = 0; taken < 999; ++taken) detached_budget_.TryTake();
  Run(Calls(3, kPropagate));
  Fail(0, 5);
  Settle();
  EXPECT_EQ(outcome(1).disposition, v1::DISPOSITION_DETACHED);
  ExpectStopped(2, v1::DISPOSITION_CANCELLED, v1::CAUSE_LIMIT);
  EXPECT_EQ(outcome(2).status->code(), 8);
  Succeed(1);
  Settle();
  EXPECT_TRUE(detached_budget_.TryTake());
  EXPECT_FALSE(detached_budget_.TryTake());
}

// semantics 30
TEST_F(GatherRunDetachedTest, WithoutAFailurePropagateIsLikeFailFast) {
  Run(Calls(2, kPropagate));
  Succeed(1);
  Succeed(0);
  Settle();
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_SATISFIED);
  EXPECT_TRUE(runs_.empty());
}

// semantics 51
TEST_F(GatherRunDetachedTest, AClientThatCancelsLeavesNothingOfAPropagate) {
  GatherRun* const run = Run(Calls(2, kPropagate));
  run->Cancel(v1::CAUSE_CALLER);
  Settle();
  ExpectStopped(0, v1::DISPOSITION_CANCELLED, v1::CAUSE_CALLER);
  ExpectStopped(1, v1::DISPOSITION_CANCELLED, v1::CAUSE_CALLER);
}

// semantics 56
TEST_F(GatherRunDetachedTest, AShieldedSubCallSurvivesTheDecision) {
  Run(Calls(1) + kShieldedCall);
  Fail(0, 5);
  Settle();
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(outcome(1).disposition, v1::DISPOSITION_DETACHED);
  EXPECT_TRUE(invoker_.cancelled().empty());
  Succeed(1);
}

// semantics 56
TEST_F(GatherRunDetachedTest, AShieldedSubCallSurvivesACancel) {
  GatherRun* const run = Run(Calls(0) + kShieldedCall);
  run->Cancel(v1::CAUSE_CALLER);
  Settle();
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_CANCELLED);
  EXPECT_EQ(outcome(0).disposition, v1::DISPOSITION_DETACHED);
  EXPECT_TRUE(invoker_.cancelled().empty());
  Succeed(0);
}

// semantics 56
TEST_F(GatherRunDetachedTest, AShieldedSubCallSurvivesTheDeadline) {
  Run(Calls(0) + kShieldedCall, milliseconds(50));
  Advance(milliseconds(50));
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_DEADLINE_EXCEEDED);
  EXPECT_EQ(outcome(0).disposition, v1::DISPOSITION_DETACHED);
  EXPECT_TRUE(invoker_.cancelled().empty());
  Succeed(0);
}

// semantics 56
TEST_F(GatherRunDetachedTest, AShieldedSubCallHasItsOwnTimeFromItsStart) {
  limits_.max_timeout = std::chrono::seconds(30);
  Run(Calls(1, "max_concurrency: 1") + kShieldedCall +
          " calls { shielded: true timeout { nanos: 70000000 } }",
      milliseconds(100));
  Advance(milliseconds(60));
  Succeed(0);
  Settle();
  EXPECT_EQ(invoker_.Find(1)->deadline(), queue_->Now() + std::chrono::seconds(30));
  Succeed(1);
  Settle();
  EXPECT_EQ(invoker_.Find(2)->deadline(), queue_->Now() + milliseconds(70));
  Succeed(2);
}

// semantics 56
TEST_F(GatherRunDetachedTest, AQueuedShieldedSubCallIsNotProtected) {
  Run(Calls(1, "max_concurrency: 1") + kShieldedCall);
  Fail(0, 5);
  Settle();
  ExpectStopped(1, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SIBLING_FAILED);
}

// The race shielded/decide: its result is in the queue behind the failure.
// semantics 16, 56
TEST_F(GatherRunDetachedTest, AShieldedResultThatHadComeIsKept) {
  Run(Calls(1) + kShieldedCall);
  Fail(0, 5);
  Succeed(1, "kept");
  Settle();
  ExpectSucceeded(1, "kept");
  ExpectDetached(0);
}

// semantics 46, 56
TEST_F(GatherRunDetachedTest, ItsOwnHandleCancelsAShieldedSubCall) {
  GatherRun* const group = Open("");
  Add(group, "id: 'x' shielded: true");
  Settle();
  group->CancelCall("x");
  Settle();
  ExpectStopped(0, v1::DISPOSITION_CANCELLED, v1::CAUSE_OWN_HANDLE);
  EXPECT_EQ(group->Seal(), std::nullopt);
}

// The race own handle/decide: it was told to stop before, so it does not run on.
// semantics 46, 56
TEST_F(GatherRunDetachedTest, AShieldedSubCallThatIsBeingCancelledDoesNotRunOn) {
  invoker_.IgnoreCancels();
  GatherRun* const group = Open("");
  Add(group, "id: 'x' shielded: true");
  Settle();
  group->CancelCall("x");
  group->Cancel(v1::CAUSE_CALLER);
  Settle();
  EXPECT_FALSE(answered());
  invoker_.Find(0)->Complete(CancelledByUs());
  Settle();
  ExpectStopped(0, v1::DISPOSITION_CANCELLED, v1::CAUSE_OWN_HANDLE);
}

}  // namespace
}  // namespace gather::engine
