// Deadlines: whose it was, what is kept, and what is sent on.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "engine/async/operation.h"
#include "engine/async/time.h"
#include "engine/attempt.h"
#include "engine/outcome.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/engine/gather_run_fixture.h"
#include "tests/support/fake_invoker.h"

namespace gather::engine {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::seconds;

class GatherRunDeadlineTest : public GatherRunTest {
 protected:
  // One sub-call with that timeout of its own.
  static std::string CallFor(milliseconds timeout) {
    return absl::StrCat(" calls { timeout { seconds: ", timeout.count() / 1000,
                        " nanos: ", timeout.count() % 1000 * 1'000'000, " } }");
  }
  void ExpireAtBackend(std::uint32_t slot) { Fail(slot, 4, "Deadline Exceeded"); }
  void ExpectOwnDeadline(std::uint32_t slot) {
    ExpectFailed(slot, 4);
    EXPECT_EQ(outcome(slot).cause, v1::CAUSE_SUB_CALL_DEADLINE);
    EXPECT_EQ(outcome(slot).origin, v1::ORIGIN_ORCHESTRATOR);
    EXPECT_EQ(outcome(slot).delivery, v1::DELIVERY_EFFECT_UNKNOWN);
  }
};

// semantics 63
TEST_F(GatherRunDeadlineTest, TheEarlierOfTheSubCallsAndTheGathersIsSentOn) {
  const Time now = queue_->Now();
  Run(Calls(1) + CallFor(milliseconds(200)) + CallFor(milliseconds(5000)), seconds(1));
  EXPECT_EQ(invoker_.Find(0)->deadline(), now + seconds(1));
  EXPECT_EQ(invoker_.Find(1)->deadline(), now + milliseconds(200));
  EXPECT_EQ(invoker_.Find(2)->deadline(), now + seconds(1));
  for (std::uint32_t slot = 0; slot < 3; ++slot) Succeed(slot);
}

// semantics 63, 66
TEST_F(GatherRunDeadlineTest, TimeInTheQueueCounts) {
  const Time accepted = queue_->Now();
  Run(Calls(1, "max_concurrency: 1") + CallFor(milliseconds(200)), seconds(1));
  queue_->Advance(milliseconds(150));
  Succeed(0);
  Settle();
  EXPECT_EQ(invoker_.Find(1)->deadline(), accepted + milliseconds(200));
  Succeed(1);
}

// semantics 64
TEST_F(GatherRunDeadlineTest, OneThatHasPassedSendsNothing) {
  Run(Calls(2), seconds(0));
  EXPECT_TRUE(started().empty());
  ExpectStopped(0, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_GATHER_DEADLINE);
  ExpectStopped(1, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_GATHER_DEADLINE);
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_DEADLINE_EXCEEDED);
  EXPECT_EQ(answer().decision.status().code(), 4);
}

// The launch goes on in turns: none of them starts anything after the deadline.
// semantics 64
TEST_F(GatherRunDeadlineTest, NothingIsStartedOnceItHasPassedDuringTheLaunch) {
  invoker_.SetScript([&](FakeAttempt& attempt) -> std::optional<AttemptResult> {
    if (attempt.slot() == 0) queue_->Advance(milliseconds(50));
    return std::nullopt;
  });
  Run(Calls(100), milliseconds(50));
  EXPECT_EQ(started().size(), 32u);
  EXPECT_EQ(answer().summary.cancelled(), 32u);
  EXPECT_EQ(answer().summary.not_started(), 68u);
}

// The race deadline/reply, the reply being there first.
// semantics 65
TEST_F(GatherRunDeadlineTest, AResultThatIsThereWhenItIsLookedAtWins) {
  Run(Calls(2), milliseconds(50));
  Succeed(0, "a");
  queue_->Advance(milliseconds(60));
  Succeed(1, "b");
  Settle();
  ExpectSucceeded(0, "a");
  ExpectSucceeded(1, "b");
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_SATISFIED);
}

// semantics 65
TEST_F(GatherRunDeadlineTest, AThousandResultsThatAreThereWinToo) {
  Run(Calls(1000), milliseconds(50));
  queue_->Advance(milliseconds(50));
  for (FakeAttempt* attempt : invoker_.Outstanding()) attempt->Complete(Reply(""));
  Settle();
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_SATISFIED);
}

// The race deadline/reply, the deadline having been looked at first.
// semantics 16, 67
TEST_F(GatherRunDeadlineTest, AResultThatComesDuringItsCancelIsKeptAndTheVerdictStands) {
  invoker_.IgnoreCancels();
  Run(Calls(2), milliseconds(50));
  Advance(milliseconds(50));
  ASSERT_TRUE(invoker_.Find(0)->cancelled());
  Succeed(0, "late but kept");
  invoker_.Find(1)->Complete(gather::testing::CancelledByUs());
  Settle();
  ExpectSucceeded(0, "late but kept");
  ExpectStopped(1, v1::DISPOSITION_CANCELLED, v1::CAUSE_GATHER_DEADLINE);
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_DEADLINE_EXCEEDED);
}

// semantics 66
TEST_F(GatherRunDeadlineTest, TheGathersIsNeverCancelledNorASubCallsFailure) {
  Run(Calls(1), milliseconds(50));
  Advance(milliseconds(50));
  ExpectStopped(0, v1::DISPOSITION_CANCELLED, v1::CAUSE_GATHER_DEADLINE);
  EXPECT_EQ(outcome(0).status->code(), 4);
  EXPECT_FALSE(IsRealFailure(outcome(0)));
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_DEADLINE_EXCEEDED);
  EXPECT_FALSE(answer().decision.has_decided_by());
}

// semantics 66
TEST_F(GatherRunDeadlineTest, ASubCallsOwnIsARealFailureWithItsCause) {
  Run(Calls(1) + CallFor(milliseconds(50)), seconds(1));
  queue_->Advance(milliseconds(50));
  ExpireAtBackend(1);
  Settle();
  ExpectOwnDeadline(1);
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(answer().decision.decided_by(), 1u);
  ExpectStopped(0, v1::DISPOSITION_CANCELLED, v1::CAUSE_SIBLING_FAILED);
}

// semantics 66
TEST_F(GatherRunDeadlineTest, TenMillisecondsBeforeItsOwnItIsItsOwn) {
  Run(Calls(0, kCollect) + CallFor(milliseconds(50)) + CallFor(milliseconds(50)), seconds(1));
  queue_->Advance(milliseconds(40) - microseconds(1));
  ExpireAtBackend(0);
  Settle();
  queue_->Advance(microseconds(1));
  ExpireAtBackend(1);
  Settle();
  ExpectFailed(0, 4);  // the backend's own
  EXPECT_EQ(outcome(0).cause, v1::CAUSE_UNSPECIFIED);
  EXPECT_EQ(outcome(0).origin, v1::ORIGIN_BACKEND);
  EXPECT_EQ(outcome(0).delivery, v1::DELIVERY_ANSWERED);
  ExpectOwnDeadline(1);
}

// semantics 66
TEST_F(GatherRunDeadlineTest, TenMillisecondsBeforeTheGathersItIsTheGathers) {
  Run(Calls(2, kCollect), milliseconds(50));
  Advance(milliseconds(40) - microseconds(1));
  ExpireAtBackend(0);
  Settle();
  Advance(microseconds(1));
  ExpireAtBackend(1);
  Settle();
  ExpectFailed(0, 4);
  EXPECT_EQ(outcome(0).origin, v1::ORIGIN_BACKEND);
  ExpectStopped(1, v1::DISPOSITION_CANCELLED, v1::CAUSE_GATHER_DEADLINE);
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_DEADLINE_EXCEEDED);
}

// semantics 66
TEST_F(GatherRunDeadlineTest, EqualOnesAreTheGathers) {
  Run(Calls(0, kCollect) + CallFor(milliseconds(50)), milliseconds(50));
  queue_->Advance(milliseconds(50));
  ExpireAtBackend(0);
  Settle();
  ExpectStopped(0, v1::DISPOSITION_CANCELLED, v1::CAUSE_GATHER_DEADLINE);
}

// semantics 59, 66
TEST_F(GatherRunDeadlineTest, ASubCallsOwnInTheQueueIsNotStartedAndAFailure) {
  Run(Calls(1, "max_concurrency: 1 policy { mode: MODE_COLLECT }") + CallFor(milliseconds(30)) +
          CallFor(milliseconds(20)),
      seconds(1));
  Advance(milliseconds(19));
  EXPECT_FALSE(answered());
  Advance(milliseconds(11));
  Succeed(0);
  Settle();
  ExpectStopped(1, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SUB_CALL_DEADLINE);
  ExpectStopped(2, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SUB_CALL_DEADLINE);
  EXPECT_TRUE(IsRealFailure(outcome(1)));
  EXPECT_EQ(outcome(1).timing.finished, milliseconds(30));
  EXPECT_EQ(outcome(2).timing.finished, milliseconds(30));
}

// semantics 59, 74
TEST_F(GatherRunDeadlineTest, ExpiredInTheQueueItsFallbackStandsIn) {
  Run(Calls(1, "max_concurrency: 1") +
      R"( calls { timeout { nanos: 20000000 } fallback { response: "x" } })");
  Advance(milliseconds(20));
  EXPECT_TRUE(invoker_.cancelled().empty());
  Succeed(0);
  Settle();
  ExpectSucceeded(1, "x");
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_SATISFIED);
}

// The last slot to end expires in the queue: nothing else will wake the run.
// semantics 59
TEST_F(GatherRunDeadlineTest, AnExpiryInTheQueueMayBeTheLastEnd) {
  invoker_.IgnoreCancels();
  Run(Calls(1, "max_concurrency: 1 policy { mode: MODE_COLLECT }") + CallFor(milliseconds(20)),
      seconds(1));
  Advance(milliseconds(20));
  EXPECT_FALSE(answered());
  Succeed(0);
  Settle();
  EXPECT_EQ(answer().decision.decided_by(), 0u);
}

// semantics 67
TEST_F(GatherRunDeadlineTest, FinishedResultsAreReturnedAtExpiry) {
  Run(Calls(3, "max_concurrency: 2"), milliseconds(50));
  Succeed(0, "kept");
  Settle();
  Advance(milliseconds(50));
  ExpectSucceeded(0, "kept");
  ExpectStopped(1, v1::DISPOSITION_CANCELLED, v1::CAUSE_GATHER_DEADLINE);
  ExpectStopped(2, v1::DISPOSITION_CANCELLED, v1::CAUSE_GATHER_DEADLINE);
}

// semantics 67
TEST_F(GatherRunDeadlineTest, UnfinishedSubCallsAreAwaitedNoLongerThanTheGrace) {
  invoker_.IgnoreCancels();
  Run(Calls(2), milliseconds(50));
  Advance(milliseconds(50));
  EXPECT_FALSE(answered());
  Advance(milliseconds(100));
  EXPECT_TRUE(answered());
  EXPECT_EQ(answer().summary.elapsed().nanos(), 150'000'000);
  for (FakeAttempt* attempt : invoker_.Outstanding()) attempt->Complete(Reply(""));
}

// semantics 69
TEST_F(GatherRunDeadlineTest, AFailureWhileExpiringIsReportedAndTheExpiryStaysVisible) {
  invoker_.IgnoreCancels();
  Run(Calls(2), milliseconds(50));
  Advance(milliseconds(50));
  Fail(0, 9, "broken meanwhile");
  invoker_.Find(1)->Complete(gather::testing::CancelledByUs());
  Settle();
  ExpectFailed(0, 9);
  EXPECT_EQ(outcome(0).status->message(), "broken meanwhile");
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_DEADLINE_EXCEEDED);
}

// Whole hours pass by the scripted clock alone; no other clock is looked at.
// semantics 70, 78
TEST_F(GatherRunDeadlineTest, OnlyTheMonotonicClockMovesIt) {
  static_assert(std::is_same_v<Time::clock, std::chrono::steady_clock>);
  static_assert(Time::clock::is_steady);
  Run(Calls(1), hours(1));
  Advance(hours(1) - microseconds(1));
  EXPECT_FALSE(answered());
  Advance(microseconds(1));
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_DEADLINE_EXCEEDED);
}

// While completions never stop coming, runs have their turns before an alarm that is a little late.
class GatherRunBusyTest : public GatherRunTest {
 protected:
  struct Nothing final : Operation {
    void OnDone(bool /*ok*/) override {}
  };

  void KeepBusy() {
    for (int i = 0; i < 300; ++i) queue_->Complete(&nothing_, /*ok=*/true);
  }

  Nothing nothing_;
};

// semantics 64
TEST_F(GatherRunBusyTest, AfterItsDeadlineNothingIsSentThoughTheAlarmIsLate) {
  Start(Calls(1), milliseconds(20));
  queue_->Advance(milliseconds(22));
  KeepBusy();
  Settle();
  EXPECT_TRUE(started().empty());
  ExpectStopped(0, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_GATHER_DEADLINE);
}

// semantics 20, 66
TEST_F(GatherRunBusyTest, AnExpiryThatTheLaunchComesUponDecidesBeforeTheNextIsSent) {
  Start(Calls(0) + " calls { timeout { nanos: 20000000 } } calls {}");
  queue_->Advance(milliseconds(22));
  KeepBusy();
  Settle();
  EXPECT_TRUE(started().empty());
  ExpectStopped(0, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SUB_CALL_DEADLINE);
  ExpectStopped(1, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SIBLING_FAILED);
}

}  // namespace
}  // namespace gather::engine
