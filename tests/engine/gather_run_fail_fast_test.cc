// FAIL_FAST: the first real failure cancels the rest, and nothing outlives the answer.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/async/worker.h"
#include "engine/attempt.h"
#include "engine/outcome.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/engine/gather_run_fixture.h"
#include "tests/support/fake_invoker.h"

namespace gather::engine {
namespace {

using Slots = std::vector<std::uint32_t>;

class GatherRunFailFastTest : public GatherRunTest {};

// semantics 10, 13, 51
TEST_F(GatherRunFailFastTest, TheFirstFailureCancelsTheUnfinishedRest) {
  Run(Calls(3));
  Fail(1, 5, "gone");
  Settle();
  EXPECT_EQ(invoker_.cancelled(), (Slots{0, 2}));
  ExpectFailed(1, 5);
  for (const std::uint32_t slot : {0u, 2u}) {
    ExpectStopped(slot, v1::DISPOSITION_CANCELLED, v1::CAUSE_SIBLING_FAILED);
    EXPECT_EQ(outcome(slot).caused_by, 1u);
    EXPECT_EQ(outcome(slot).status->code(), 1);
  }
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(answer().decision.decided_by(), 1u);
  EXPECT_EQ(answer().decision.status().code(), 5);
  EXPECT_EQ(answer().decision.status().message(), "gone");
}

// semantics 10
TEST_F(GatherRunFailFastTest, AnOwnDeadlineInTheQueueIsSuchAFailure) {
  Run(Calls(1, "max_concurrency: 1") + " calls { timeout { nanos: 20000000 } }");
  Advance(milliseconds(20));
  EXPECT_EQ(answer().decision.decided_by(), 1u);
  EXPECT_EQ(answer().decision.status().code(), 4);
  ExpectStopped(0, v1::DISPOSITION_CANCELLED, v1::CAUSE_SIBLING_FAILED);
}

// semantics 11
TEST_F(GatherRunFailFastTest, TheAnswerWaitsForTheLastSubCallToEnd) {
  invoker_.IgnoreCancels();
  Run(Calls(3));
  Fail(0);
  Settle();
  EXPECT_EQ(invoker_.cancelled(), (Slots{1, 2}));
  invoker_.Find(1)->Complete(gather::testing::CancelledByUs());
  Settle();
  EXPECT_FALSE(answered());
  invoker_.Find(2)->Complete(gather::testing::CancelledByUs());
  Settle();
  EXPECT_TRUE(answered());
  EXPECT_TRUE(runs_.empty());
}

// semantics 12, 15
TEST_F(GatherRunFailFastTest, AnErrorThatHadArrivedBeforeItsCancelIsListed) {
  Run(Calls(3));
  Fail(2, 5, "first");
  Fail(0, 13, "second");
  Settle();
  EXPECT_EQ(answer().decision.decided_by(), 2u);
  EXPECT_EQ(answer().decision.status().message(), "first");
  ExpectFailed(2, 5);
  ExpectFailed(0, 13);
  EXPECT_EQ(outcome(0).status->message(), "second");
  EXPECT_EQ(outcome(0).origin, v1::ORIGIN_BACKEND);
  ExpectStopped(1, v1::DISPOSITION_CANCELLED, v1::CAUSE_SIBLING_FAILED);
}

// The race cancel/complete, as it looks in the queue: the result is there, its cancel comes after.
// semantics 15
TEST_F(GatherRunFailFastTest, AnErrorThatArrivesWhileItsCancelIsUnderWayIsListed) {
  invoker_.IgnoreCancels();
  Run(Calls(2));
  Fail(0);
  Settle();
  ASSERT_TRUE(invoker_.Find(1)->cancelled());
  Fail(1, 9, "real");
  Settle();
  ExpectFailed(1, 9);
  EXPECT_EQ(outcome(1).status->message(), "real");
}

// semantics 16
TEST_F(GatherRunFailFastTest, AnOkThatHadArrivedBeforeItsCancelIsASuccessWithItsResult) {
  Run(Calls(3));
  Fail(1);
  Succeed(0, "kept");
  Settle();
  ExpectSucceeded(0, "kept");
  ExpectStopped(2, v1::DISPOSITION_CANCELLED, v1::CAUSE_SIBLING_FAILED);
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_FAILED);
}

// semantics 16
TEST_F(GatherRunFailFastTest, AnOkThatArrivesWhileItsCancelIsUnderWayIsASuccess) {
  invoker_.IgnoreCancels();
  Run(Calls(2));
  Fail(0);
  Settle();
  ASSERT_TRUE(invoker_.Find(1)->cancelled());
  Succeed(1, "kept");
  Settle();
  ExpectSucceeded(1, "kept");
}

// semantics 14
TEST_F(GatherRunFailFastTest, ASubCallThatHadSucceededKeepsItsResult) {
  Run(Calls(2));
  Succeed(1, "early");
  Settle();
  Fail(0);
  Settle();
  ExpectSucceeded(1, "early");
  EXPECT_TRUE(invoker_.cancelled().empty());
}

// semantics 18
TEST_F(GatherRunFailFastTest, QueuedSubCallsAreNeverSent) {
  Run(Calls(5, "max_concurrency: 2"));
  Fail(0);
  Settle();
  EXPECT_EQ(started(), (Slots{0, 1}));
  for (const std::uint32_t slot : {2u, 3u, 4u}) {
    ExpectStopped(slot, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SIBLING_FAILED);
    EXPECT_EQ(outcome(slot).caused_by, 0u);
  }
}

// semantics 19
TEST_F(GatherRunFailFastTest, TheFailingCallsPermitIsNotHandedOn) {
  Run(Calls(21, "max_concurrency: 3"));
  Fail(0);
  Settle();
  EXPECT_EQ(started(), (Slots{0, 1, 2}));
  EXPECT_EQ(answer().summary.not_started(), 18u);
}

// semantics 19
TEST_F(GatherRunFailFastTest, NorArePermitsOfSubCallsThatEndTogetherWithIt) {
  Run(Calls(10, "max_concurrency: 3"));
  Succeed(1);
  Fail(0);
  Succeed(2);
  Settle();
  EXPECT_EQ(started(), (Slots{0, 1, 2}));
}

// semantics 20
TEST_F(GatherRunFailFastTest, AFailureDuringTheLaunchStopsItAndCancelsWhatWasLaunched) {
  invoker_.SetScript([](FakeAttempt& attempt) -> std::optional<AttemptResult> {
    if (attempt.slot() == kQuantum - 1) return BackendFailure(5, "at once");
    return std::nullopt;
  });
  Run(Calls(100));
  EXPECT_EQ(started().size(), std::size_t{kQuantum});
  EXPECT_EQ(invoker_.cancelled().size(), std::size_t{kQuantum - 1});
  EXPECT_EQ(answer().summary.cancelled(), std::uint32_t{kQuantum - 1});
  EXPECT_EQ(answer().summary.not_started(), std::uint32_t{100 - kQuantum});
}

// semantics 21
TEST_F(GatherRunFailFastTest, ABackendsOwnCancelledIsARealFailure) {
  Run(Calls(2));
  Fail(0, 1, "the backend gave up");
  Settle();
  ExpectFailed(0, 1);
  EXPECT_EQ(outcome(0).origin, v1::ORIGIN_BACKEND);
  EXPECT_EQ(outcome(0).cause, v1::CAUSE_UNSPECIFIED);
  EXPECT_EQ(answer().decision.decided_by(), 0u);
  ExpectStopped(1, v1::DISPOSITION_CANCELLED, v1::CAUSE_SIBLING_FAILED);
}

// semantics 36
TEST_F(GatherRunFailFastTest, AnOptionalFailureCancelsNobodyAndIsWaitedFor) {
  Run(Calls(2) + " calls { requirement: REQUIREMENT_OPTIONAL }");
  Succeed(0);
  Succeed(1);
  Settle();
  EXPECT_FALSE(answered());
  Fail(2, 5);
  Settle();
  ExpectFailed(2, 5);
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_SATISFIED);
  EXPECT_EQ(answer().decision.decided_by(), 2u);
}

// semantics 74
TEST_F(GatherRunFailFastTest, AFailureWithAFallbackIsNone) {
  Run(Calls(1) + R"( calls { fallback { response: "instead" codes: 5 } })");
  Fail(1, 5, "gone");
  Succeed(0, "a");
  Settle();
  ExpectSucceeded(1, "instead");
  EXPECT_TRUE(outcome(1).from_fallback);
  EXPECT_EQ(outcome(1).status->message(), "gone");
  EXPECT_EQ(outcome(1).timing.winning_attempt, 0u);
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_SATISFIED);
}

// semantics 74
TEST_F(GatherRunFailFastTest, AFallbackForOtherCodesDoesNotHelp) {
  Run(Calls(0) + R"(calls { fallback { response: "instead" codes: 5 } })");
  Fail(0, 13);
  Settle();
  ExpectFailed(0, 13);
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_FAILED);
}

}  // namespace
}  // namespace gather::engine
