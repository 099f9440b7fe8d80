// A group, to which sub-calls are added while it runs.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/gather_run.h"
#include "engine/refusal.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/engine/gather_run_fixture.h"
#include "tests/support/fake_invoker.h"

namespace gather::engine {
namespace {

using gather::testing::CancelledByUs;
using Slots = std::vector<std::uint32_t>;

const char kAny[] = "policy { mode: MODE_ANY }";
const char kQuorumOfTwo[] = "policy { mode: MODE_QUORUM min_successes: 2 }";

class GatherRunGroupTest : public GatherRunTest {
 protected:
  // Half-closes the group, which is not to be refused.
  static void Join(GatherRun* group) { EXPECT_EQ(group->Seal(), std::nullopt); }

  void ExpectVerdict(v1::Verdict verdict) const { EXPECT_EQ(answer().decision.verdict(), verdict); }
};

// semantics 42, 43
TEST_F(GatherRunGroupTest, WhatIsAddedIsSentAndHalfCloseJoins) {
  GatherRun* const group = Open("");
  Add(group);
  Settle();
  Succeed(0, "a");
  Settle();
  EXPECT_EQ(streamed(), (Slots{0}));
  Add(group);  // in reaction to the outcome
  Settle();
  Join(group);
  Settle();
  EXPECT_FALSE(answered());
  Succeed(1, "b");
  Settle();
  ExpectSucceeded(1, "b");
  ExpectVerdict(v1::VERDICT_SATISFIED);
  EXPECT_EQ(answer().decision.decided_by(), 1u);
}

// semantics 2
TEST_F(GatherRunGroupTest, AnEmptyGroupIsSatisfiedAtHalfClose) {
  GatherRun* const group = Open("");
  Settle();
  EXPECT_FALSE(answered());
  Join(group);
  Settle();
  ExpectVerdict(v1::VERDICT_SATISFIED);
  EXPECT_FALSE(answer().decision.has_decided_by());
}

// semantics 35, 43
TEST_F(GatherRunGroupTest, HalfCloseWithTooFewThatCountIsRefusedAndChangesNothing) {
  GatherRun* const group = Open(kQuorumOfTwo);
  Add(group);
  Add(group, "requirement: REQUIREMENT_OPTIONAL");
  const std::optional<Refusal> refusal = group->Seal();
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->reason, "BAD_POLICY");
  Settle();
  EXPECT_EQ(started(), (Slots{0, 1}));
  Add(group);
  Join(group);
  Settle();
  Succeed(0);
  Succeed(2);
  Settle();
  ExpectVerdict(v1::VERDICT_SATISFIED);
}

// semantics 43
TEST_F(GatherRunGroupTest, UnreachabilityIsJudgedAtHalfClose) {
  GatherRun* const group = Open(kQuorumOfTwo);
  for (int i = 0; i < 3; ++i) Add(group);
  Settle();
  Fail(1, 5, "first");
  Fail(0, 7, "second");
  Settle();
  EXPECT_FALSE(answered());
  Join(group);
  Settle();
  ExpectVerdict(v1::VERDICT_FAILED);
  EXPECT_FALSE(answer().decision.has_decided_by());
  EXPECT_EQ(answer().decision.status().message(), "first");
  ExpectStopped(2, v1::DISPOSITION_CANCELLED, v1::CAUSE_DECIDED);
  EXPECT_EQ(outcome(2).caused_by, std::nullopt);
}

// semantics 44
TEST_F(GatherRunGroupTest, ADecisionAnswersWithoutHalfClose) {
  GatherRun* const group = Open("");
  Add(group);
  Add(group);
  Settle();
  Fail(1, 5, "gone");
  Settle();
  ExpectStopped(0, v1::DISPOSITION_CANCELLED, v1::CAUSE_SIBLING_FAILED);
  EXPECT_EQ(outcome(0).caused_by, 1u);
  ExpectVerdict(v1::VERDICT_FAILED);
}

// The race add/decide: the add is read after the decision, but before the answer.
// semantics 44
TEST_F(GatherRunGroupTest, AnAddAfterTheDecisionIsNotStartedWithItsCause) {
  invoker_.IgnoreCancels();
  GatherRun* const group = Open("");
  Add(group);
  Add(group);
  Settle();
  Fail(1, 5, "gone");
  Settle();
  Add(group);
  ExpectStopped(2, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SIBLING_FAILED);
  EXPECT_EQ(outcome(2).caused_by, 1u);
  EXPECT_FALSE(answered());
  invoker_.Find(0)->Complete(CancelledByUs());
  Settle();
  EXPECT_EQ(answer().summary.not_started(), 1u);
  EXPECT_EQ(started(), (Slots{0, 1}));
}

// The race add/decide: the failure is in the queue when the add is read.
// semantics 18, 44
TEST_F(GatherRunGroupTest, AnAddThatADecisionOvertakesIsNotStarted) {
  GatherRun* const group = Open("");
  Add(group);
  Settle();
  Fail(0, 5);
  Add(group);
  Settle();
  ExpectStopped(1, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SIBLING_FAILED);
  EXPECT_EQ(started(), (Slots{0}));
}

// semantics 27, 44
TEST_F(GatherRunGroupTest, PropagateSendsWhatWasStartedAsDetachedAtOnce) {
  GatherRun* const group = Open("policy { mode: MODE_PROPAGATE }");
  Add(group);
  Add(group);
  Settle();
  Fail(1, 5);
  Settle();
  EXPECT_EQ(outcome(0).disposition, v1::DISPOSITION_DETACHED);
  EXPECT_TRUE(answered());
  Succeed(0);
}

// ---- end_early

// semantics 45
TEST_F(GatherRunGroupTest, EndedEarlyBeforeItWasSatisfiedAnyIsFailedAsCancelled) {
  GatherRun* const group = Open(kAny);
  Add(group);
  Settle();
  group->EndEarly();
  Settle();
  ExpectVerdict(v1::VERDICT_FAILED);
  EXPECT_FALSE(answer().decision.has_decided_by());
  EXPECT_EQ(answer().decision.status().code(), 1);
  EXPECT_EQ(answer().decision.status().message().rfind("ended early before ", 0), 0u);
  ExpectStopped(0, v1::DISPOSITION_CANCELLED, v1::CAUSE_GROUP_ENDED);
}

// A real status is not replaced by CANCELLED.
// semantics 45, 54
TEST_F(GatherRunGroupTest, EndedEarlyTheFirstRealFailureStillShows) {
  GatherRun* const group = Open(kQuorumOfTwo);
  for (int i = 0; i < 4; ++i) Add(group);
  Settle();
  Fail(2, 5, "first");
  Fail(0, 7, "second");
  Succeed(1);
  Settle();
  group->EndEarly();
  Settle();
  ExpectVerdict(v1::VERDICT_FAILED);
  EXPECT_EQ(answer().decision.status().message(), "first");
  EXPECT_EQ(answer().status_of, 2u);
  EXPECT_EQ(answer().total_failures, 2u);
}

// semantics 45
TEST_F(GatherRunGroupTest, EndedEarlyWithoutItsRequiredSubCallACollectFails) {
  GatherRun* const group = Open(kCollect);
  Add(group, "requirement: REQUIREMENT_REQUIRED");
  Settle();
  group->EndEarly();
  Settle();
  ExpectVerdict(v1::VERDICT_FAILED);
  EXPECT_EQ(answer().decision.status().code(), 1);
}

// The race end_early/complete, the completion first in the queue.
// semantics 16, 45
TEST_F(GatherRunGroupTest, AResultThatHadComeBeforeTheEarlyEndIsKept) {
  GatherRun* const group = Open(kAny);
  Add(group);
  Settle();
  Succeed(0, "kept");
  group->EndEarly();
  Settle();
  ExpectSucceeded(0, "kept");
  ExpectVerdict(v1::VERDICT_FAILED);  // decided before it was looked at
}

// The same race, the completion looked at first.
// semantics 45
TEST_F(GatherRunGroupTest, AnEarlyEndAfterTheDecisionChangesNothing) {
  GatherRun* const group = Open(kAny);
  Add(group);
  Add(group);
  Settle();
  invoker_.IgnoreCancels();
  Succeed(0);
  Settle();
  group->EndEarly();
  invoker_.Find(1)->Complete(CancelledByUs());
  Settle();
  ExpectVerdict(v1::VERDICT_SATISFIED);
  ExpectStopped(1, v1::DISPOSITION_CANCELLED, v1::CAUSE_DECIDED);
}

// semantics 45, 47
TEST_F(GatherRunGroupTest, ACancelDuringAnEarlyEndStillReachesEverySubCall) {
  invoker_.IgnoreCancels();
  GatherRun* const group = Open("");
  Add(group);
  Settle();
  group->EndEarly();
  group->Cancel(v1::CAUSE_CALLER);
  Add(group);
  Settle();
  EXPECT_EQ(invoker_.cancelled(), (Slots{0}));
  ExpectStopped(1, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_GROUP_ENDED);
  Succeed(0, "kept");
  Settle();
  ExpectSucceeded(0, "kept");
}

// ---- protocol, refusals, limits and time

// semantics 47, 51
TEST_F(GatherRunGroupTest, AClientThatIsGoneCancelsEverySubCall) {
  GatherRun* const group = Open("max_concurrency: 2");
  for (int i = 0; i < 3; ++i) Add(group);
  Settle();
  group->Cancel(v1::CAUSE_CALLER);
  Settle();
  EXPECT_EQ(answer().summary.cancelled(), 2u);
  ExpectStopped(2, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_CALLER);
  ExpectVerdict(v1::VERDICT_CANCELLED);
}

// semantics 53
TEST_F(GatherRunGroupTest, CancelledBeforeAnythingWasSentNothingIs) {
  GatherRun* const group = Open("");
  Add(group);
  group->Cancel(v1::CAUSE_CALLER);
  group->Cancel(v1::CAUSE_CALLER);
  Settle();
  EXPECT_TRUE(started().empty());
  ExpectStopped(0, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_CALLER);
}

// semantics 47
TEST_F(GatherRunGroupTest, AnAddThatAGatherWouldRefuseIsRejectedAndThePolicyGoesOn) {
  GatherRun* const collect = Open(kCollect);
  Add(collect, "target: 'nobody'");
  Add(collect, "method: 'no method'");
  Add(collect);
  Settle();
  EXPECT_EQ(outcome(0).disposition, v1::DISPOSITION_REJECTED);
  EXPECT_EQ(outcome(0).status->code(), 5);
  EXPECT_EQ(outcome(1).status->code(), 3);
  EXPECT_EQ(started(), (Slots{2}));
  Succeed(2);
  Join(collect);
  Settle();
  ExpectVerdict(v1::VERDICT_SATISFIED);
  EXPECT_EQ(answer().total_failures, 2u);
}

// semantics 10, 47
TEST_F(GatherRunGroupTest, ARejectedAddFailsAFailFastGroup) {
  GatherRun* const group = Open("");
  Add(group);
  Settle();
  Add(group, "target: 'nobody'");
  Settle();
  ExpectVerdict(v1::VERDICT_FAILED);
  EXPECT_EQ(answer().decision.decided_by(), 1u);
  ExpectStopped(0, v1::DISPOSITION_CANCELLED, v1::CAUSE_SIBLING_FAILED);
}

// semantics 47, 48
TEST_F(GatherRunGroupTest, AnIdIsTakenUntilItsSubCallHasEnded) {
  GatherRun* const group = Open("");
  Add(group, "id: 'x'");
  Settle();
  v1::SubCall again;
  again.set_id("x");
  again.set_target("users");
  again.set_method("/S/M");
  const std::optional<Refusal> refusal = group->Add(again);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->reason, "DUPLICATE_ID");
  EXPECT_EQ(group->queued(), 0u);
  Succeed(0);
  Settle();
  EXPECT_EQ(group->Add(again), std::nullopt);
  Settle();
  Succeed(1, "the second");
  Join(group);
  Settle();
  ExpectSucceeded(1, "the second");
}

// semantics 56
TEST_F(GatherRunGroupTest, AShieldedAddIsRejectedWhileTooManyRunOn) {
  while (detached_budget_.TryTake()) {
  }
  GatherRun* const group = Open(kCollect);
  Add(group, "shielded: true");
  EXPECT_EQ(outcome(0).disposition, v1::DISPOSITION_REJECTED);
  EXPECT_EQ(outcome(0).cause, v1::CAUSE_LIMIT);
  EXPECT_EQ(outcome(0).status->code(), 8);
  Join(group);
}

// semantics 57
TEST_F(GatherRunGroupTest, ANewcomerNeverOvertakesAWaiter) {
  GatherRun* const group = Open("max_concurrency: 1");
  Add(group);
  Add(group);
  Settle();
  Succeed(0);
  Add(group);
  Settle();
  EXPECT_EQ(started(), (Slots{0, 1}));
  Succeed(1);
  Settle();
  EXPECT_EQ(started(), (Slots{0, 1, 2}));
  Succeed(2);
  Join(group);
}

// semantics 66
TEST_F(GatherRunGroupTest, ATimeoutRunsFromTheAdd) {
  GatherRun* const group = Open(std::string(kCollect) + " max_concurrency: 1");
  Add(group);
  Settle();
  Advance(std::chrono::seconds(10));
  Add(group, "timeout { nanos: 20000000 }");
  Settle();
  Advance(milliseconds(19));
  EXPECT_TRUE(streamed().empty());
  Advance(milliseconds(1));
  ExpectStopped(1, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SUB_CALL_DEADLINE);
  EXPECT_EQ(outcome(1).timing.finished, milliseconds(20));
  Succeed(0);
  Join(group);
}

// semantics 63
TEST_F(GatherRunGroupTest, TheServersMaximumBoundsEachSubCallAndNotTheGroup) {
  limits_.max_timeout = std::chrono::seconds(5);
  GatherRun* const group = Open("");
  Advance(std::chrono::hours(2));
  EXPECT_FALSE(answered());
  Add(group);
  Settle();
  EXPECT_EQ(invoker_.Find(0)->deadline(), queue_->Now() + std::chrono::seconds(5));
  Succeed(0);
  Join(group);
}

// The race deadline/reply of a group's own timeout.
// semantics 65, 66
TEST_F(GatherRunGroupTest, AReplyThatIsThereAtTheGroupsDeadlineCounts) {
  GatherRun* const group = Open(kAny, milliseconds(50));
  Add(group);
  Settle();
  queue_->Advance(milliseconds(50));
  Succeed(0);
  Settle();
  ExpectVerdict(v1::VERDICT_SATISFIED);
}

}  // namespace
}  // namespace gather::engine
