// COLLECT: every sub-call runs to its own end.

#include <cstdint>
#include <string>

#include "engine/outcome.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/engine/gather_run_fixture.h"

namespace gather::engine {
namespace {

class GatherRunCollectTest : public GatherRunTest {};

// semantics 22, 23
TEST_F(GatherRunCollectTest, FailuresStandInTheirSlotsAndCancelNobody) {
  Run(Calls(3, kCollect));
  Fail(0, 5, "gone");
  Settle();
  EXPECT_TRUE(invoker_.cancelled().empty());
  EXPECT_FALSE(answered());
  Fail(1, 13, "broken");
  Succeed(2, "c");
  Settle();
  ExpectFailed(0, 5);
  EXPECT_EQ(outcome(0).status->message(), "gone");
  ExpectFailed(1, 13);
  ExpectSucceeded(2, "c");
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_SATISFIED);
  EXPECT_EQ(answer().decision.decided_by(), 2u);
}

// semantics 22
TEST_F(GatherRunCollectTest, EvenAllFailuresAreSatisfied) {
  Run(Calls(2, kCollect));
  Fail(1);
  Fail(0);
  Settle();
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_SATISFIED);
  EXPECT_EQ(answer().summary.failed(), 2u);
}

// semantics 36
TEST_F(GatherRunCollectTest, ARequiredFailureDecidesAndCancelsTheRest) {
  Run(Calls(2, kCollect) + " calls { requirement: REQUIREMENT_REQUIRED }");
  Fail(0, 13);
  Settle();
  EXPECT_FALSE(answered());
  Fail(2, 5);
  Settle();
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(answer().decision.decided_by(), 2u);
  EXPECT_EQ(answer().decision.status().code(), 5);
  ExpectFailed(0, 13);
  ExpectStopped(1, v1::DISPOSITION_CANCELLED, v1::CAUSE_SIBLING_FAILED);
  EXPECT_EQ(outcome(1).caused_by, 2u);
}

// semantics 36
TEST_F(GatherRunCollectTest, OptionalSubCallsAreWaitedForToo) {
  Run(Calls(1, kCollect) + " calls { requirement: REQUIREMENT_OPTIONAL }");
  Succeed(0);
  Settle();
  EXPECT_FALSE(answered());
  Succeed(1);
  Settle();
  EXPECT_EQ(answer().decision.decided_by(), 1u);
}

TEST_F(GatherRunCollectTest, RefusedSubCallsAreRejectedAndTheOthersRun) {
  Run(Calls(1, kCollect) + R"( calls { target: "nobody" })");
  Succeed(0, "a");
  Settle();
  ExpectSucceeded(0, "a");
  EXPECT_EQ(outcome(1).disposition, v1::DISPOSITION_REJECTED);
  EXPECT_EQ(outcome(1).delivery, v1::DELIVERY_NEVER_SENT);
  EXPECT_EQ(outcome(1).status->code(), 5);
  EXPECT_EQ(answer().summary.rejected(), 1u);
}

TEST_F(GatherRunCollectTest, AGatherOfRefusedSubCallsAnswersAtOnce) {
  Start(Calls(0, kCollect) + R"( calls { target: "nobody" } calls { target: "nobody" })");
  EXPECT_FALSE(answered());
  Settle();
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_SATISFIED);
  EXPECT_EQ(answer().decision.decided_by(), 1u);
}

// semantics 74
TEST_F(GatherRunCollectTest, ARefusedSubCallsFallbackStandsIn) {
  Run(Calls(0) + R"( calls { target: "nobody" fallback { response: "x" } })");
  ExpectSucceeded(0, "x");
  EXPECT_EQ(outcome(0).delivery, v1::DELIVERY_NEVER_SENT);
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_SATISFIED);
}

TEST_F(GatherRunCollectTest, RepliesOverTheLimitFailAndThoseThatAreInAreKept) {
  max_response_bytes_ = 10;
  Run(Calls(3, kCollect));
  Succeed(1, "1234567");
  Succeed(0, "1234");
  Succeed(2, "123");
  Settle();
  ExpectSucceeded(1, "1234567");
  ExpectFailed(0, 8);
  EXPECT_EQ(outcome(0).origin, v1::ORIGIN_ORCHESTRATOR);
  EXPECT_EQ(outcome(0).delivery, v1::DELIVERY_EFFECT_UNKNOWN);
  ExpectSucceeded(2, "123");
}

TEST_F(GatherRunCollectTest, FallbacksOverTheLimitDoNotStandIn) {
  max_response_bytes_ = 10;
  const std::string call = R"( calls { fallback { response: "12345" } })";
  Run(Calls(0, kCollect) + call + call + call);
  for (std::uint32_t slot = 0; slot < 3; ++slot) Fail(slot, 5);
  Settle();
  ExpectSucceeded(0, "12345");
  ExpectSucceeded(1, "12345");
  ExpectFailed(2, 5);
}

}  // namespace
}  // namespace gather::engine
