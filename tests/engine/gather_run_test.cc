// The shape of an answer: order, slots, payloads, times, counts.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/attempt.h"
#include "engine/gather_run.h"
#include "engine/outcome.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/engine/gather_run_fixture.h"

namespace gather::engine {
namespace {

using Slots = std::vector<std::uint32_t>;

// semantics 1
TEST_F(GatherRunTest, ThreeSubCallsThatEndInAnyOrderAnswerInRequestOrder) {
  Run(Calls(3));
  Succeed(2, "c");
  Succeed(0, "a");
  Settle();
  EXPECT_FALSE(answered());
  Succeed(1, "b");
  Settle();
  ExpectSucceeded(0, "a");
  ExpectSucceeded(1, "b");
  ExpectSucceeded(2, "c");
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_SATISFIED);
  EXPECT_EQ(answer().decision.decided_by(), 1u);
  EXPECT_EQ(answer().gather_id, "gather 1");
}

// semantics 2
TEST_F(GatherRunTest, AnEmptyGatherAnswersAtOnceButNotInsideStart) {
  for (const char* policy : {kFailFast, kCollect}) {
    Start(policy);
    EXPECT_FALSE(answered());
    Settle();
    EXPECT_EQ(answers_.back().decision.verdict(), v1::VERDICT_SATISFIED);
    EXPECT_FALSE(answers_.back().decision.has_decided_by());
    EXPECT_TRUE(answers_.back().outcomes.empty());
    EXPECT_FALSE(answers_.back().summary.has_straggler());
    answers_.clear();
    --gathers_;
  }
}

// semantics 5, 6
TEST_F(GatherRunTest, EverySlotIsFilledOnceWhateverHappens) {
  invoker_.IgnoreCancels();
  GatherRun* const run = Run(Calls(4, "max_concurrency: 3 policy { mode: MODE_COLLECT }"));
  Succeed(0);
  Fail(1);
  run->Cancel(v1::CAUSE_CALLER);
  Settle();
  Advance(milliseconds(100));  // the cancel grace
  for (const Outcome& outcome : answer().outcomes) {
    EXPECT_NE(outcome.disposition, v1::DISPOSITION_UNSPECIFIED);
  }
  Succeed(2, "late");
  Settle();
  EXPECT_EQ(answers_.size(), 1u);
  EXPECT_EQ(ResponseOf(outcome(2)), "");
}

// semantics 7
TEST_F(GatherRunTest, AnEmptyReplyIsASuccess) {
  Run(Calls(1));
  Succeed(0, "");
  Settle();
  ExpectSucceeded(0, "");
  EXPECT_EQ(outcome(0).status, nullptr);
}

// semantics 9
TEST_F(GatherRunTest, StartsInRequestOrder) {
  Run(Calls(40));
  Slots expected(40);
  for (std::uint32_t slot = 0; slot < 40; ++slot) expected[slot] = slot;
  EXPECT_EQ(started(), expected);
  for (std::uint32_t slot = 0; slot < 40; ++slot) Succeed(slot);
  Settle();
}

// semantics 9
TEST_F(GatherRunTest, EndsInOneDrainAreTakenInTheOrderOfTheQueue) {
  Run(Calls(3));
  Fail(2, 5);
  Fail(0, 13);
  Succeed(1);
  Settle();
  EXPECT_EQ(answer().decision.decided_by(), 2u);
}

TEST_F(GatherRunTest, SendsEachSubCallsOwnBytesAndTheSharedOnesToTheOthers) {
  const std::string big(1000, 'x');
  Run(R"(defaults { target: "users" method: "/S/M" request: "shared" }
         calls { request: ")" +
      big + R"(" method: "/S/Own" } calls {} calls { target: "posts" }
         calls { request: "" })");
  EXPECT_EQ(invoker_.Find(0)->request(), big);
  EXPECT_EQ(invoker_.Find(0)->method(), "/S/Own");
  EXPECT_EQ(invoker_.Find(1)->request(), "shared");
  EXPECT_EQ(invoker_.Find(1)->method(), "/S/M");
  EXPECT_EQ(invoker_.Find(2)->request(), "shared");
  EXPECT_EQ(invoker_.Find(2)->target()->name, "posts");
  EXPECT_EQ(invoker_.Find(3)->request(), "");
  for (std::uint32_t slot = 0; slot < 4; ++slot) Succeed(slot);
  Settle();
}

// semantics 75
TEST_F(GatherRunTest, MetadataOfOneSubCallStaysItsOwn) {
  Run(R"(defaults { target: "users" method: "/S/M" metadata { key: "all" value: "1" } }
         calls { metadata { key: "mine" value: "2" } } calls {})");
  const auto& first = invoker_.Find(0)->metadata();
  const auto& second = invoker_.Find(1)->metadata();
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[1]->key(), "mine");
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0]->key(), "all");
  Succeed(0);
  Succeed(1);
  Settle();
}

TEST_F(GatherRunTest, TimesCountFromAcceptance) {
  Run(Calls(2, "max_concurrency: 1"));
  Advance(milliseconds(30));
  AttemptResult result = Reply("a");
  result.peer = "ipv4:1.2.3.4:5";
  invoker_.Find(0)->Complete(std::move(result));
  Settle();
  Advance(milliseconds(20));
  Fail(1);
  Settle();
  const Timing& first = outcome(0).timing;
  EXPECT_EQ(first.queued, milliseconds(0));
  EXPECT_EQ(first.started, milliseconds(0));
  EXPECT_EQ(first.finished, milliseconds(30));
  EXPECT_EQ(first.attempts, 1u);
  EXPECT_EQ(first.winning_attempt, 1u);
  EXPECT_EQ(first.peer, "ipv4:1.2.3.4:5");
  const Timing& second = outcome(1).timing;
  EXPECT_EQ(second.queued, milliseconds(30));
  EXPECT_EQ(second.started, milliseconds(30));
  EXPECT_EQ(second.finished, milliseconds(50));
  EXPECT_EQ(second.attempts, 1u);
  EXPECT_EQ(second.winning_attempt, 0u);
}

TEST_F(GatherRunTest, ASlotThatWasNeverSentHasNoAttemptAndNoStart) {
  GatherRun* const run = Run(Calls(2, "max_concurrency: 1"));
  queue_->Advance(milliseconds(30));
  Settle();
  run->Cancel(v1::CAUSE_CALLER);
  Settle();
  EXPECT_EQ(outcome(0).timing.attempts, 1u);
  EXPECT_EQ(outcome(1).timing.attempts, 0u);
  EXPECT_EQ(outcome(1).timing.started, milliseconds(0));
  EXPECT_EQ(outcome(1).timing.queued, milliseconds(30));
  EXPECT_EQ(outcome(1).timing.finished, milliseconds(30));
}

TEST_F(GatherRunTest, TheSummaryCountsTimesAndNamesTheStraggler) {
  Run(Calls(3, kCollect));
  Advance(milliseconds(10));
  Succeed(0);
  Fail(2);
  Settle();
  Advance(milliseconds(10));
  Succeed(1);
  Settle();
  const v1::Summary& summary = answer().summary;
  EXPECT_EQ(summary.gather_id(), "gather 1");
  EXPECT_EQ(summary.succeeded(), 2u);
  EXPECT_EQ(summary.failed(), 1u);
  EXPECT_EQ(summary.straggler(), 1u);
  EXPECT_EQ(summary.elapsed().nanos(), 20'000'000);
  EXPECT_EQ(summary.overhead().nanos(), 0);
}

TEST_F(GatherRunTest, OverheadIsTheTimeWithNothingAtABackend) {
  Start(Calls(1));
  Advance(milliseconds(3));  // it waits for its turn so long
  Advance(milliseconds(10));
  Succeed(0);
  Settle();
  EXPECT_EQ(answer().summary.overhead().nanos(), 3'000'000);
  EXPECT_EQ(answer().summary.elapsed().nanos(), 13'000'000);
}

TEST_F(GatherRunTest, ValidateOnlySendsNothingAndDecidesNothing) {
  Start(R"(validate_only: true policy { mode: MODE_COLLECT }
           calls { target: "users" method: "/S/M" } calls { target: "nobody" method: "/S/M" })");
  EXPECT_FALSE(answered());
  Settle();
  EXPECT_TRUE(started().empty());
  EXPECT_EQ(outcome(0).disposition, v1::DISPOSITION_NOT_STARTED);
  EXPECT_EQ(outcome(0).cause, v1::CAUSE_UNSPECIFIED);
  EXPECT_EQ(outcome(0).status, nullptr);
  EXPECT_EQ(outcome(1).disposition, v1::DISPOSITION_REJECTED);
  EXPECT_EQ(answer().decision.verdict(), v1::VERDICT_UNSPECIFIED);
  EXPECT_EQ(answer().summary.not_started(), 1u);
  EXPECT_EQ(answer().summary.rejected(), 1u);
}

TEST_F(GatherRunTest, ValidateOnlyCannotBeCancelled) {
  GatherRun* const run = Start(Calls(1, "validate_only: true"));
  run->Cancel(v1::CAUSE_CALLER);
  Settle();
  EXPECT_EQ(outcome(0).cause, v1::CAUSE_UNSPECIFIED);
}

}  // namespace
}  // namespace gather::engine
