// A sub-call of a group that is cancelled by its own handle.

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/gather_run.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/engine/gather_run_fixture.h"

namespace gather::engine {
namespace {

using Slots = std::vector<std::uint32_t>;

const char kAny[] = "policy { mode: MODE_ANY }";

class GatherRunOwnHandleTest : public GatherRunTest {
 protected:
  // Half-closes the group, which is not to be refused.
  static void Join(GatherRun* group) { EXPECT_EQ(group->Seal(), std::nullopt); }

  void ExpectVerdict(v1::Verdict verdict) const { EXPECT_EQ(answer().decision.verdict(), verdict); }
};

// semantics 46
TEST_F(GatherRunOwnHandleTest, ItsOwnHandleCancelsOneAndTheGroupGoesOn) {
  GatherRun* const group = Open("");
  Add(group, "id: 'x'");
  Add(group);
  Settle();
  group->CancelCall("x");
  group->CancelCall("x");
  Settle();
  ExpectStopped(0, v1::DISPOSITION_CANCELLED, v1::CAUSE_OWN_HANDLE);
  EXPECT_EQ(outcome(0).status->code(), 1);
  Succeed(1);
  Join(group);
  Settle();
  ExpectVerdict(v1::VERDICT_SATISFIED);
}

// semantics 46, 58
TEST_F(GatherRunOwnHandleTest, AWaiterThatIsCancelledTakesNoPermitAndBlocksNobody) {
  GatherRun* const group = Open("max_concurrency: 1");
  for (int i = 0; i < 3; ++i) Add(group);
  Settle();
  group->CancelCall("1");
  Settle();
  ExpectStopped(1, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_OWN_HANDLE);
  Succeed(0);
  Settle();
  EXPECT_EQ(started(), (Slots{0, 2}));
  Succeed(2);
  Join(group);
}

// The permit comes back, and in the same drain the one that waits for it is cancelled.
// semantics 58
TEST_F(GatherRunOwnHandleTest, APermitFreedForAWaiterCancelledAtThatMomentGoesToTheNext) {
  GatherRun* const group = Open("max_concurrency: 1");
  for (int i = 0; i < 3; ++i) Add(group);
  Settle();
  Succeed(0);
  group->CancelCall("1");
  Settle();
  EXPECT_EQ(started(), (Slots{0, 2}));
  Succeed(2);
  Join(group);
}

// semantics 46
TEST_F(GatherRunOwnHandleTest, CancellingAnUnknownOrEndedOneHasNoEffect) {
  GatherRun* const group = Open("");
  Add(group, "id: 'x'");
  Settle();
  Succeed(0, "a");
  Settle();
  group->CancelCall("x");
  group->CancelCall("0");
  group->CancelCall("7");
  group->CancelCall("nobody");
  Settle();
  ExpectSucceeded(0, "a");
  EXPECT_EQ(streamed().size(), 1u);
  Join(group);
}

// The race own handle/complete, the completion first in the queue.
// semantics 15, 16, 46
TEST_F(GatherRunOwnHandleTest, WhatHadComeBeforeItsOwnCancelStands) {
  GatherRun* const group = Open(kCollect);
  Add(group);
  Add(group);
  Settle();
  Succeed(0, "kept");
  Fail(1, 13, "real");
  group->CancelCall("0");
  group->CancelCall("1");
  Settle();
  ExpectSucceeded(0, "kept");
  ExpectFailed(1, 13);
  Join(group);
}

// The same race, the cancel first: the backend answers all the same.
// semantics 16, 46
TEST_F(GatherRunOwnHandleTest, ABackendThatAnswersItsOwnCancelWithASuccessIsBelieved) {
  invoker_.IgnoreCancels();
  GatherRun* const group = Open("");
  Add(group);
  Settle();
  group->CancelCall("0");
  Settle();
  Succeed(0, "all the same");
  Join(group);
  Settle();
  ExpectSucceeded(0, "all the same");
  ExpectVerdict(v1::VERDICT_SATISFIED);
}

// semantics 17
TEST_F(GatherRunOwnHandleTest, ARequiredOneThatIsWithdrawnFailsTheGroupAsCancelled) {
  GatherRun* const group = Open(kCollect);
  Add(group, "id: 'x' requirement: REQUIREMENT_REQUIRED");
  Add(group);
  Settle();
  group->CancelCall("x");
  Settle();
  ExpectVerdict(v1::VERDICT_FAILED);
  EXPECT_EQ(answer().decision.decided_by(), 0u);
  EXPECT_EQ(answer().decision.status().code(), 1);
  ExpectStopped(1, v1::DISPOSITION_CANCELLED, v1::CAUSE_DECIDED);
}

// semantics 17
TEST_F(GatherRunOwnHandleTest, AnyThatNobodyIsLeftInFailsWithTheFirstRealFailure) {
  GatherRun* const group = Open(kAny);
  Add(group);
  Add(group);
  Join(group);
  Settle();
  Fail(0, 5, "gone");
  Settle();
  group->CancelCall("1");
  Settle();
  ExpectVerdict(v1::VERDICT_FAILED);
  EXPECT_EQ(answer().decision.decided_by(), 1u);
  EXPECT_EQ(answer().decision.status().message(), "gone");
}

}  // namespace
}  // namespace gather::engine
