// ANY, RACE and QUORUM, and sub-calls that are OPTIONAL or REQUIRED.

#include <cstdint>
#include <string>

#include "engine/outcome.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/engine/gather_run_fixture.h"

namespace gather::engine {
namespace {

const char kAny[] = "policy { mode: MODE_ANY }";
const char kRace[] = "policy { mode: MODE_RACE }";
const char kQuorumOfTwo[] = "policy { mode: MODE_QUORUM min_successes: 2 }";

const char kOptionalCall[] = " calls { requirement: REQUIREMENT_OPTIONAL }";
const char kRequiredCall[] = " calls { requirement: REQUIREMENT_REQUIRED }";

class GatherRunModesTest : public GatherRunTest {
 protected:
  void ExpectDecided(v1::Verdict verdict, std::uint32_t by) const {
    EXPECT_EQ(answer().decision.verdict(), verdict);
    EXPECT_TRUE(answer().decision.has_decided_by());
    EXPECT_EQ(answer().decision.decided_by(), by);
  }
};

// semantics 31
TEST_F(GatherRunModesTest, AnyIsSatisfiedByItsFirstSuccessAndTheRestIsCancelled) {
  Run(Calls(3, kAny));
  Fail(0, 5, "gone");
  Settle();
  EXPECT_FALSE(answered());
  Succeed(2, "c");
  Settle();
  ExpectDecided(v1::VERDICT_SATISFIED, 2);
  ExpectFailed(0, 5);
  ExpectStopped(1, v1::DISPOSITION_CANCELLED, v1::CAUSE_DECIDED);
  EXPECT_EQ(outcome(1).caused_by, 2u);
  ExpectSucceeded(2, "c");
}

// semantics 32
TEST_F(GatherRunModesTest, AnyFailsWithTheFirstFailureWhenAllHaveFailed) {
  Run(Calls(2, kAny));
  Fail(1, 5, "first");
  Fail(0, 7, "second");
  Settle();
  ExpectDecided(v1::VERDICT_FAILED, 0);
  EXPECT_EQ(answer().status_of, 1u);
  EXPECT_EQ(answer().decision.status().message(), "first");
  EXPECT_EQ(FailuresOf(answer()).size(), 2u);
}

// semantics 33
TEST_F(GatherRunModesTest, ARaceIsDecidedByTheFirstToEndGoodOrBad) {
  Run(Calls(2, kRace));
  Fail(1, 7, "lost");
  Settle();
  ExpectDecided(v1::VERDICT_FAILED, 1);
  EXPECT_EQ(answer().decision.status().code(), 7);
  ExpectStopped(0, v1::DISPOSITION_CANCELLED, v1::CAUSE_DECIDED);
  EXPECT_EQ(outcome(0).caused_by, 1u);
}

// semantics 34
TEST_F(GatherRunModesTest, AQuorumIsReachedByItsLastWantedSuccess) {
  Run(Calls(4, kQuorumOfTwo));
  Succeed(3);
  Settle();
  EXPECT_FALSE(answered());
  Succeed(0);
  Settle();
  ExpectDecided(v1::VERDICT_SATISFIED, 0);
  EXPECT_EQ(answer().summary.cancelled(), 2u);
}

// semantics 34
TEST_F(GatherRunModesTest, AQuorumFailsAsSoonAsItCannotBeReached) {
  Run(Calls(3, kQuorumOfTwo));
  Fail(2, 5, "first");
  Settle();
  EXPECT_FALSE(answered());
  Fail(0, 7, "second");
  Settle();
  ExpectDecided(v1::VERDICT_FAILED, 0);
  EXPECT_EQ(answer().decision.status().message(), "first");
  ExpectStopped(1, v1::DISPOSITION_CANCELLED, v1::CAUSE_DECIDED);
}

// semantics 18, 31
TEST_F(GatherRunModesTest, WhatWaitsWhenAnyIsDecidedIsNeverSent) {
  Run(Calls(3, std::string(kAny) + " max_concurrency: 1"));
  Succeed(0);
  Settle();
  EXPECT_EQ(started().size(), 1u);
  ExpectStopped(2, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_DECIDED);
  EXPECT_EQ(outcome(2).caused_by, 0u);
}

// semantics 36
TEST_F(GatherRunModesTest, AnOptionalSuccessDoesNotSatisfyAnyAndIsNotWaitedFor) {
  Run(Calls(1, kAny) + kOptionalCall + kOptionalCall);
  Succeed(1, "optional");
  Settle();
  EXPECT_FALSE(answered());
  Succeed(0);
  Settle();
  ExpectDecided(v1::VERDICT_SATISFIED, 0);
  ExpectSucceeded(1, "optional");
  ExpectStopped(2, v1::DISPOSITION_CANCELLED, v1::CAUSE_DECIDED);
}

// semantics 36
TEST_F(GatherRunModesTest, FailFastWaitsForItsOptionalSubCalls) {
  Run(Calls(1) + kOptionalCall);
  Succeed(0);
  Settle();
  EXPECT_FALSE(answered());
  Fail(1, 5);
  Settle();
  ExpectDecided(v1::VERDICT_SATISFIED, 1);
}

// semantics 36: "a and any one of b, c"
TEST_F(GatherRunModesTest, AQuorumIsNotSatisfiedWithoutItsRequiredSubCall) {
  Run(Calls(2, kQuorumOfTwo) + kRequiredCall);
  Succeed(0);
  Succeed(1);
  Settle();
  EXPECT_FALSE(answered());
  Succeed(2);
  Settle();
  ExpectDecided(v1::VERDICT_SATISFIED, 2);
}

// semantics 35, 36
TEST_F(GatherRunModesTest, ARequiredFailureDecidesEveryModeAsASiblingsFailure) {
  Run(Calls(1, kAny) + kRequiredCall);
  Fail(1, 9, "needed");
  Settle();
  ExpectDecided(v1::VERDICT_FAILED, 1);
  EXPECT_EQ(answer().decision.status().message(), "needed");
  ExpectStopped(0, v1::DISPOSITION_CANCELLED, v1::CAUSE_SIBLING_FAILED);
  EXPECT_EQ(outcome(0).caused_by, 1u);
}

// semantics 24, 35
TEST_F(GatherRunModesTest, OneFailureTooManyStopsACollectAndCarriesTheFirst) {
  Run(Calls(3, "policy { mode: MODE_COLLECT max_failures: 1 }"));
  Fail(2, 5, "first");
  Settle();
  EXPECT_FALSE(answered());
  Fail(0, 7, "second");
  Settle();
  ExpectDecided(v1::VERDICT_FAILED, 0);
  EXPECT_EQ(answer().decision.status().message(), "first");
  ExpectStopped(1, v1::DISPOSITION_CANCELLED, v1::CAUSE_DECIDED);
}

// Both had come when the first was looked at.
// semantics 16, 37
TEST_F(GatherRunModesTest, ASecondSuccessInTheSameDrainKeepsItsResultAndDecidesNothing) {
  Run(Calls(3, kRace));
  Succeed(2, "winner");
  Succeed(0, "runner-up");
  Settle();
  ExpectDecided(v1::VERDICT_SATISFIED, 2);
  ExpectSucceeded(0, "runner-up");
  ExpectStopped(1, v1::DISPOSITION_CANCELLED, v1::CAUSE_DECIDED);
}

// semantics 15, 37
TEST_F(GatherRunModesTest, AFailureAfterTheDecisionIsListedAndChangesNothing) {
  Run(Calls(2, kAny));
  Succeed(1);
  Fail(0, 13, "late");
  Settle();
  ExpectDecided(v1::VERDICT_SATISFIED, 1);
  ExpectFailed(0, 13);
  EXPECT_EQ(answer().decision.status().code(), 0);
}

// The race deadline/reply: both are there when the worker looks.
// semantics 65
TEST_F(GatherRunModesTest, ASuccessThatIsThereAtTheDeadlineWinsTheRace) {
  Run(Calls(2, kRace), milliseconds(50));
  queue_->Advance(milliseconds(50));
  Succeed(0, "in time");
  Settle();
  ExpectDecided(v1::VERDICT_SATISFIED, 0);
}

// semantics 19: the decision comes before the permit is handed on.
TEST_F(GatherRunModesTest, TheDecidingSuccessHandsItsPermitToNobody) {
  Run(Calls(2, std::string(kAny) + " max_concurrency: 1"));
  Succeed(0);
  Settle();
  EXPECT_EQ(started().size(), 1u);
}

}  // namespace
}  // namespace gather::engine
