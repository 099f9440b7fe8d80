#include "engine/summary.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "engine/gather_state.h"
#include "engine/outcome.h"
#include "engine/tally.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/engine/answers.h"

namespace gather::engine {
namespace {

using SlotEnd = GatherState::SlotEnd;
using std::chrono::milliseconds;
using std::chrono::seconds;

GatherState MakeState(v1::Mode mode, int slots) {
  GatherState state({mode, 0, std::nullopt});
  for (int slot = 0; slot < slots; ++slot) state.Add(v1::REQUIREMENT_UNSPECIFIED);
  state.Seal();
  return state;
}

// What the run would have counted.
Tally TallyOf(const Answer& answer) {
  Tally tally(/*keeps_failures=*/false);
  for (std::uint32_t i = 0; i < answer.outcomes.size(); ++i) {
    tally.Count(i, answer.plan.calls[i], answer.outcomes[i]);
  }
  return tally;
}

TEST(SummaryTest, SatisfiedCarriesAStatusThatIsOk) {
  GatherState state = MakeState(v1::MODE_FAIL_FAST, 1);
  state.End(0, SlotEnd::kSuccess);
  Answer answer = MakeAnswer(1, "mode: MODE_FAIL_FAST");
  SetDecision(state, TallyOf(answer), seconds(2), &answer);
  EXPECT_EQ(answer.decision.verdict(), v1::VERDICT_SATISFIED);
  EXPECT_EQ(answer.decision.decided_by(), 0u);
  EXPECT_TRUE(answer.decision.has_status());
  EXPECT_EQ(answer.decision.status().code(), 0);
}

// semantics 2
TEST(SummaryTest, AnEmptyGatherIsDecidedByNobody) {
  Answer answer = MakeAnswer(0, "mode: MODE_FAIL_FAST");
  SetDecision(MakeState(v1::MODE_FAIL_FAST, 0), TallyOf(answer), seconds(2), &answer);
  EXPECT_EQ(answer.decision.verdict(), v1::VERDICT_SATISFIED);
  EXPECT_FALSE(answer.decision.has_decided_by());
}

// semantics 12
TEST(SummaryTest, FailedCarriesTheDecidingSubCallsStatus) {
  GatherState state = MakeState(v1::MODE_FAIL_FAST, 2);
  state.End(1, SlotEnd::kFailure);
  state.End(0, SlotEnd::kFailure);
  Answer answer = MakeAnswer(2, "mode: MODE_FAIL_FAST");
  Fail(&answer, 0, 13, "later");
  Fail(&answer, 1, 5, "first");
  SetDecision(state, TallyOf(answer), seconds(2), &answer);
  EXPECT_EQ(answer.decision.verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(answer.decision.decided_by(), 1u);
  EXPECT_EQ(answer.decision.status().code(), 5);
  EXPECT_EQ(answer.decision.status().message(), "first");
  EXPECT_EQ(answer.status_of, 1u);
}

// semantics 17
TEST(SummaryTest, FailedWithoutARealFailureIsCancelled) {
  GatherState state({v1::MODE_ANY, 0, std::nullopt});
  state.Add(v1::REQUIREMENT_UNSPECIFIED);
  state.Seal();
  state.End(0, SlotEnd::kWithdrawn);
  Answer answer = MakeAnswer(1, "mode: MODE_COLLECT");
  Stop(&answer, 0, v1::DISPOSITION_CANCELLED, v1::CAUSE_OWN_HANDLE);
  SetDecision(state, TallyOf(answer), seconds(2), &answer);
  EXPECT_EQ(answer.decision.verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(answer.decision.status().code(), 1);
  EXPECT_FALSE(answer.decision.status().message().empty());
}

// semantics 66
TEST(SummaryTest, ADeadlinesVerdictHasItsCodeAndNobodyDecided) {
  GatherState state = MakeState(v1::MODE_COLLECT, 1);
  state.Stop(v1::CAUSE_GATHER_DEADLINE);
  Answer answer = MakeAnswer(1, "mode: MODE_COLLECT");
  SetDecision(state, TallyOf(answer), seconds(2), &answer);
  EXPECT_EQ(answer.decision.verdict(), v1::VERDICT_DEADLINE_EXCEEDED);
  EXPECT_EQ(answer.decision.status().code(), 4);
  EXPECT_NE(answer.decision.status().message().find("2s"), std::string::npos);
  EXPECT_FALSE(answer.decision.has_decided_by());
}

TEST(SummaryTest, CancelledByTheCallerOrByShutdownDiffersInCode) {
  for (const auto& [cause, code] : {std::pair(v1::CAUSE_CALLER, 1), {v1::CAUSE_SHUTDOWN, 14}}) {
    GatherState state = MakeState(v1::MODE_COLLECT, 1);
    state.Stop(cause);
    Answer answer = MakeAnswer(1, "mode: MODE_COLLECT");
    Stop(&answer, 0, v1::DISPOSITION_CANCELLED, cause);
    SetDecision(state, TallyOf(answer), seconds(2), &answer);
    EXPECT_EQ(answer.decision.verdict(), v1::VERDICT_CANCELLED);
    EXPECT_EQ(answer.decision.status().code(), code);
  }
}

TEST(SummaryTest, CountsEachDisposition) {
  Answer answer = MakeAnswer(11, "mode: MODE_COLLECT");
  answer.outcomes[1].disposition = answer.outcomes[2].disposition = v1::DISPOSITION_FAILED;
  answer.outcomes[3].disposition = v1::DISPOSITION_CANCELLED;
  answer.outcomes[4].disposition = v1::DISPOSITION_NOT_STARTED;
  answer.outcomes[5].disposition = v1::DISPOSITION_REJECTED;
  answer.outcomes[6].disposition = v1::DISPOSITION_DETACHED;
  answer.outcomes[7].disposition = v1::DISPOSITION_REJECTED;
  SetSummary(TallyOf(answer), milliseconds(1500), milliseconds(2), &answer);
  const v1::Summary& summary = answer.summary;
  EXPECT_EQ(summary.gather_id(), answer.gather_id);
  EXPECT_EQ(summary.succeeded(), 4u);
  EXPECT_EQ(summary.failed(), 2u);
  EXPECT_EQ(summary.cancelled(), 1u);
  EXPECT_EQ(summary.not_started(), 1u);
  EXPECT_EQ(summary.rejected(), 2u);
  EXPECT_EQ(summary.detached(), 1u);
  EXPECT_EQ(summary.elapsed().seconds(), 1);
  EXPECT_EQ(summary.elapsed().nanos(), 500'000'000);
  EXPECT_EQ(summary.overhead().nanos(), 2'000'000);
}

}  // namespace
}  // namespace gather::engine
