#include <chrono>
#include <optional>
#include <string>

#include "engine/gather_run.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/engine/gather_run_fixture.h"

namespace gather::engine {
namespace {

class GatherRunEndEarlyTest : public GatherRunTest {};

// semantics 45
TEST_F(GatherRunEndEarlyTest, WhatHasFinishedStandsAndTheRestIsCancelled) {
  GatherRun* const group = Open("");
  Add(group);
  Add(group);
  Settle();
  Succeed(0, "a");
  Settle();
  group->EndEarly();
  Settle();
  ExpectSucceeded(0, "a");
  ExpectStopped(1, v1::DISPOSITION_CANCELLED, v1::CAUSE_GROUP_ENDED);
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_SATISFIED);
  EXPECT_FALSE(answer().decision.has_decided_by());
}

// semantics 45
TEST_F(GatherRunEndEarlyTest, AGroupInWhichNothingIsOpenIsAnswered) {
  Open("")->EndEarly();
  Settle();
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_SATISFIED);
}

// semantics 47
TEST_F(GatherRunEndEarlyTest, AGroupInWhichNothingIsOpenCanBeCancelled) {
  Open("")->Cancel(v1::CAUSE_CALLER);
  Settle();
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_CANCELLED);
}

TEST_F(GatherRunEndEarlyTest, AGroupInWhichNothingIsOpenExpires) {
  Open("", milliseconds(5));
  Settle();
  Advance(milliseconds(5));
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_DEADLINE_EXCEEDED);
}

// The first failure that counts decides what ANY says, however many that do not count came before.
TEST_F(GatherRunEndEarlyTest, TheStatusThatIsToldIsKeptBehindAHundredOthers) {
  GatherRun* const group = Open("policy { mode: MODE_ANY }");
  for (int i = 0; i < 150; ++i) Add(group, "requirement: REQUIREMENT_OPTIONAL");
  Add(group);
  Settle();
  for (std::uint32_t i = 0; i < 150; ++i) Fail(i, 5, "optional");
  Settle();
  Fail(150, 7, "counts");
  Settle();
  EXPECT_EQ(group->Seal(), std::nullopt);
  Settle();
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(answer().decision.status().message(), "counts");
  EXPECT_EQ(answer().total_failures, 151u);
  EXPECT_EQ(answer().failures.size(), 100u);
}

// semantics 46
TEST_F(GatherRunEndEarlyTest, AnIndexIsNotTheIdOfASubCallThatHasAnother) {
  GatherRun* const group = Open("");
  Add(group, "id: 'x'");
  Settle();
  group->CancelCall("0");
  Settle();
  Succeed(0, "a");
  EXPECT_EQ(group->Seal(), std::nullopt);
  Settle();
  ExpectSucceeded(0, "a");
}

// semantics 56: what was about to be detached when the server shut down is not waited for.
TEST_F(GatherRunEndEarlyTest, ShutdownReachesAShieldedSubCallThatTheDecisionHasJustSpared) {
  GatherRun* const group = Open("");
  Add(group, "shielded: true");
  Settle();
  group->EndEarly();
  group->Cancel(v1::CAUSE_SHUTDOWN);
  Settle();
  ExpectStopped(0, v1::DISPOSITION_CANCELLED, v1::CAUSE_SHUTDOWN);
}

}  // namespace
}  // namespace gather::engine
