#include "engine/gather_state.h"

#include <optional>

#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

using Phase = GatherState::Phase;
using SlotEnd = GatherState::SlotEnd;

GatherState MakeState(v1::Mode mode, int slots,
                      v1::Requirement requirement = v1::REQUIREMENT_UNSPECIFIED) {
  GatherState state({mode, 0, std::nullopt});
  for (int slot = 0; slot < slots; ++slot) state.Add(requirement);
  state.Seal();
  return state;
}

TEST(GatherStateTest, RunsTwoSlotsToASatisfiedEnd) {
  GatherState state = MakeState(v1::MODE_FAIL_FAST, 2);
  state.Start(0);
  state.Start(1);
  EXPECT_FALSE(state.End(1, SlotEnd::kSuccess));
  EXPECT_EQ(state.open(), 1u);
  EXPECT_TRUE(state.End(0, SlotEnd::kSuccess));
  EXPECT_EQ(state.decision()->verdict, v1::VERDICT_SATISFIED);
  EXPECT_TRUE(state.done());
}

TEST(GatherStateTest, ASlotIsQueuedThenRunningThenEnded) {
  GatherState state = MakeState(v1::MODE_COLLECT, 1);
  EXPECT_EQ(state.phase(0), Phase::kQueued);
  EXPECT_TRUE(state.MayStart(0));
  state.Start(0);
  EXPECT_EQ(state.phase(0), Phase::kRunning);
  EXPECT_FALSE(state.MayStart(0));
  state.End(0, SlotEnd::kFailure);
  EXPECT_EQ(state.phase(0), Phase::kEnded);
  EXPECT_FALSE(state.MayStart(0));
}

TEST(GatherStateTest, AQueuedSlotMayEndWithoutHavingRun) {
  GatherState state = MakeState(v1::MODE_COLLECT, 1);
  EXPECT_TRUE(state.End(0, SlotEnd::kFailure));
  EXPECT_TRUE(state.done());
}

// semantics 2
TEST(GatherStateTest, WithoutSlotsItIsDoneOnceSealed) {
  GatherState state({v1::MODE_FAIL_FAST, 0, std::nullopt});
  EXPECT_FALSE(state.decided());
  state.Seal();
  EXPECT_TRUE(state.done());
}

// semantics 13, 18
TEST(GatherStateTest, FirstFailureStopsPendingSlotsAndNamesItself) {
  GatherState state = MakeState(v1::MODE_FAIL_FAST, 3);
  state.Start(0);
  state.Start(1);
  EXPECT_TRUE(state.End(1, SlotEnd::kFailure));
  EXPECT_FALSE(state.MayStart(2));
  EXPECT_FALSE(state.done());
  EXPECT_EQ(state.stop().cause, v1::CAUSE_SIBLING_FAILED);
  EXPECT_EQ(state.stop().caused_by, 1u);
  EXPECT_FALSE(state.End(0, SlotEnd::kStopped));
  EXPECT_FALSE(state.End(2, SlotEnd::kStopped));
  EXPECT_TRUE(state.done());
}

TEST(GatherStateTest, ADecisionThatIsNoFailureStopsTheRestAsDecided) {
  GatherState state = MakeState(v1::MODE_ANY, 2);
  EXPECT_TRUE(state.End(1, SlotEnd::kSuccess));
  EXPECT_EQ(state.stop().cause, v1::CAUSE_DECIDED);
  EXPECT_EQ(state.stop().caused_by, 1u);
}

// semantics 5
TEST(GatherStateTest, ADecisionStandsWhateverComesAfterIt) {
  GatherState state = MakeState(v1::MODE_FAIL_FAST, 2);
  state.End(0, SlotEnd::kFailure);
  EXPECT_FALSE(state.End(1, SlotEnd::kFailure));
  EXPECT_FALSE(state.Stop(v1::CAUSE_CALLER));
  EXPECT_EQ(state.decision()->decided_by, 0u);
  EXPECT_EQ(state.stop().cause, v1::CAUSE_SIBLING_FAILED);
}

// semantics 52
TEST(GatherStateTest, StopsOnceAndForTheFirstCause) {
  GatherState state = MakeState(v1::MODE_COLLECT, 1);
  EXPECT_TRUE(state.Stop(v1::CAUSE_CALLER));
  EXPECT_FALSE(state.Stop(v1::CAUSE_SHUTDOWN));
  EXPECT_EQ(state.decision()->verdict, v1::VERDICT_CANCELLED);
  EXPECT_EQ(state.decision()->decided_by, std::nullopt);
  EXPECT_EQ(state.stop().cause, v1::CAUSE_CALLER);
  EXPECT_EQ(state.stop().caused_by, std::nullopt);
  EXPECT_FALSE(state.MayStart(0));
}

// semantics 66
TEST(GatherStateTest, ADeadlineIsAVerdictOfItsOwn) {
  GatherState state = MakeState(v1::MODE_COLLECT, 1);
  EXPECT_TRUE(state.Stop(v1::CAUSE_GATHER_DEADLINE));
  EXPECT_EQ(state.decision()->verdict, v1::VERDICT_DEADLINE_EXCEEDED);
}

// semantics 17
TEST(GatherStateTest, AWithdrawnSlotIsNoFailure) {
  GatherState state = MakeState(v1::MODE_FAIL_FAST, 2);
  EXPECT_FALSE(state.End(0, SlotEnd::kWithdrawn));
  EXPECT_TRUE(state.End(1, SlotEnd::kSuccess));
  EXPECT_EQ(state.decision()->verdict, v1::VERDICT_SATISFIED);
}

// semantics 36
TEST(GatherStateTest, OptionalSlotsAreWaitedForAndNeverFail) {
  GatherState state = MakeState(v1::MODE_FAIL_FAST, 2, v1::REQUIREMENT_OPTIONAL);
  EXPECT_FALSE(state.End(0, SlotEnd::kFailure));
  EXPECT_TRUE(state.End(1, SlotEnd::kFailure));
  EXPECT_EQ(state.decision()->verdict, v1::VERDICT_SATISFIED);
}

}  // namespace
}  // namespace gather::engine
