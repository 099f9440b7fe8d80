// A cancel from outside: the caller's, or the server's when it shuts down.

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/attempt.h"
#include "engine/gather_run.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/engine/gather_run_fixture.h"
#include "tests/support/fake_invoker.h"

namespace gather::engine {
namespace {

using Slots = std::vector<std::uint32_t>;

class GatherRunCancelTest : public GatherRunTest {};

// semantics 25, 51, 55
TEST_F(GatherRunCancelTest, TheCallersCancelReachesEverySubCallAndIsAwaited) {
  invoker_.IgnoreCancels();
  GatherRun* const run = Run(Calls(3, "max_concurrency: 2 policy { mode: MODE_COLLECT }"));
  run->Cancel(v1::CAUSE_CALLER);
  Settle();
  EXPECT_EQ(invoker_.cancelled(), (Slots{0, 1}));
  EXPECT_FALSE(answered());
  for (FakeAttempt* attempt : invoker_.Outstanding()) {
    attempt->Complete(gather::testing::CancelledByUs());
  }
  Settle();
  ExpectStopped(0, v1::DISPOSITION_CANCELLED, v1::CAUSE_CALLER);
  ExpectStopped(1, v1::DISPOSITION_CANCELLED, v1::CAUSE_CALLER);
  ExpectStopped(2, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_CALLER);
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_CANCELLED);
  EXPECT_EQ(answer().decision.status().code(), 1);
  EXPECT_FALSE(answer().decision.has_decided_by());
}

// semantics 52
TEST_F(GatherRunCancelTest, CancellingAgainChangesNothing) {
  invoker_.IgnoreCancels();
  GatherRun* const run = Run(Calls(1));
  run->Cancel(v1::CAUSE_CALLER);
  run->Cancel(v1::CAUSE_SHUTDOWN);
  Settle();
  run->Cancel(v1::CAUSE_CALLER);
  Settle();
  EXPECT_EQ(invoker_.cancelled(), (Slots{0}));
  invoker_.Find(0)->Complete(gather::testing::CancelledByUs());
  Settle();
  ExpectStopped(0, v1::DISPOSITION_CANCELLED, v1::CAUSE_CALLER);
}

// semantics 52
TEST_F(GatherRunCancelTest, CancellingAfterTheEndOfEverySubCallChangesNothing) {
  invoker_.IgnoreCancels();
  GatherRun* const run = Run(Calls(2));
  Fail(0, 5);
  Settle();
  run->Cancel(v1::CAUSE_CALLER);  // decided, not yet answered
  Settle();
  Fail(1, 9);
  Settle();
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_FAILED);
}

// semantics 53
TEST_F(GatherRunCancelTest, BeforeTheStartNothingIsSent) {
  GatherRun* const run = Start(Calls(2));
  run->Cancel(v1::CAUSE_CALLER);
  EXPECT_FALSE(answered());
  Settle();
  EXPECT_TRUE(started().empty());
  ExpectStopped(0, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_CALLER);
  ExpectStopped(1, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_CALLER);
}

// semantics 54
TEST_F(GatherRunCancelTest, FailuresThatWereThereStayListed) {
  GatherRun* const run = Run(Calls(3, kCollect));
  Fail(0, 5, "before");
  Settle();
  Fail(1, 13, "has arrived");
  run->Cancel(v1::CAUSE_CALLER);
  Settle();
  ExpectFailed(0, 5);
  ExpectFailed(1, 13);
  EXPECT_EQ(outcome(1).status->message(), "has arrived");
  ExpectStopped(2, v1::DISPOSITION_CANCELLED, v1::CAUSE_CALLER);
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_CANCELLED);
}

// The race cancel/complete: every result had arrived, the cancel was processed first.
// semantics 16, 54
TEST_F(GatherRunCancelTest, ResultsThatHaveArrivedAreKeptWhenTheCallerCancels) {
  GatherRun* const run = Run(Calls(2));
  Succeed(0, "a");
  Succeed(1, "b");
  run->Cancel(v1::CAUSE_CALLER);
  Settle();
  ExpectSucceeded(0, "a");
  ExpectSucceeded(1, "b");
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_CANCELLED);
}

// semantics 55
TEST_F(GatherRunCancelTest, ShutdownNamesItselfInEachSlotAndInTheDecision) {
  GatherRun* const run = Run(Calls(2, "max_concurrency: 1"));
  run->Cancel(v1::CAUSE_SHUTDOWN);
  Settle();
  ExpectStopped(0, v1::DISPOSITION_CANCELLED, v1::CAUSE_SHUTDOWN);
  ExpectStopped(1, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SHUTDOWN);
  EXPECT_EQ(outcome(0).status->code(), 14);
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_CANCELLED);
  EXPECT_EQ(answer().decision.status().code(), 14);
}

// semantics 11, 67
TEST_F(GatherRunCancelTest, TheGraceBoundsTheWaitForAnAttemptThatDoesNotEnd) {
  invoker_.IgnoreCancels();
  GatherRun* const run = Run(Calls(2));
  Succeed(0, "a");
  run->Cancel(v1::CAUSE_CALLER);
  Settle();
  Advance(milliseconds(99));
  EXPECT_FALSE(answered());
  Advance(milliseconds(1));
  ExpectSucceeded(0, "a");
  ExpectStopped(1, v1::DISPOSITION_CANCELLED, v1::CAUSE_CALLER);
  EXPECT_EQ(outcome(1).timing.attempts, 1u);
  Succeed(1);
  Settle();
}

// semantics 11
TEST_F(GatherRunCancelTest, NothingThatWakesTheRunProlongsTheGrace) {
  invoker_.IgnoreCancels();
  GatherRun* const run = Run(Calls(1));
  run->Cancel(v1::CAUSE_CALLER);
  Settle();
  Advance(milliseconds(60));
  run->Pause(true);
  run->Pause(false);
  Settle();
  Advance(milliseconds(40));
  ExpectStopped(0, v1::DISPOSITION_CANCELLED, v1::CAUSE_CALLER);
  Succeed(0);
  Settle();
}

// The race grace over/late completion.
// semantics 5
TEST_F(GatherRunCancelTest, ACompletionAfterTheGraceChangesNothingAndEndsTheRun) {
  invoker_.IgnoreCancels();
  GatherRun* const run = Run(Calls(1));
  run->Cancel(v1::CAUSE_CALLER);
  Settle();
  Advance(milliseconds(100));
  ASSERT_TRUE(answered());
  EXPECT_EQ(runs_.size(), 1u) << "an attempt is outstanding: the run must live on";
  Succeed(0, "late");
  Settle();
  EXPECT_TRUE(runs_.empty());
  EXPECT_EQ(answers_.size(), 1u);
  ExpectStopped(0, v1::DISPOSITION_CANCELLED, v1::CAUSE_CALLER);
}

// The same race, the completion first in the queue though the grace is over.
// semantics 65
TEST_F(GatherRunCancelTest, ACompletionThatIsThereWhenTheGraceEndsCounts) {
  invoker_.IgnoreCancels();
  GatherRun* const run = Run(Calls(1));
  run->Cancel(v1::CAUSE_CALLER);
  Settle();
  queue_->Advance(milliseconds(100));
  Succeed(0, "just in time");
  Settle();
  ExpectSucceeded(0, "just in time");
}

// semantics 52
TEST_F(GatherRunCancelTest, DuringTheLaunchItCancelsWhatWasLaunchedAndNothingMoreStarts) {
  GatherRun* run = nullptr;
  invoker_.SetScript([&](FakeAttempt& attempt) -> std::optional<AttemptResult> {
    if (attempt.slot() == 10) run->Cancel(v1::CAUSE_CALLER);
    return std::nullopt;
  });
  run = Start(Calls(100));
  Settle();
  EXPECT_EQ(started().size(), 11u);
  EXPECT_EQ(invoker_.cancelled().size(), 11u);
  EXPECT_EQ(answer().summary.cancelled(), 11u);
  EXPECT_EQ(answer().summary.not_started(), 89u);
}

}  // namespace
}  // namespace gather::engine
