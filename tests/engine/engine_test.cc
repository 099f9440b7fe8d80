#include "engine/engine.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/access.h"
#include "engine/async/event_queue.h"
#include "engine/async/time.h"
#include "engine/async/worker.h"
#include "engine/caller.h"
#include "engine/gather_run.h"
#include "engine/hop_path.h"
#include "engine/outcome.h"
#include "engine/refusal.h"
#include "engine/target.h"
#include "engine/trace_context.h"
#include "gather/v1/gather.pb.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/support/fake_invoker.h"
#include "tests/support/fake_queue.h"

namespace gather::engine {
namespace {

using gather::testing::FakeInvoker;
using gather::testing::FakeQueue;
using gather::testing::Reply;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr char kOneCall[] = R"(calls { target: "users" method: "/S/M" })";

class EngineTest : public ::testing::Test, public AnswerSink {
 protected:
  EngineTest() {
    auto options = std::make_shared<EngineOptions>();
    options->targets = *TargetTable::Create({{"users", "h:1"}});
    engine_.emplace(&worker_, &invoker_, std::move(options));
  }
  void TearDown() override {
    for (auto* attempt : invoker_.Outstanding()) attempt->Complete(Reply(""));
    Settle();
    EXPECT_TRUE(engine_->idle());
  }

  std::variant<GatherRun*, Refusal> Start(const std::string& text, Time deadline = kNever) {
    return StartFor(Caller{"the-id", deadline}, text);
  }
  std::variant<GatherRun*, Refusal> StartFor(const Caller& caller, const std::string& text) {
    Settle();
    auto request = std::make_unique<v1::GatherRequest>();
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, request.get()));
    return engine_->Start(std::move(request), caller, this);
  }

  // Only "web" may call anything.
  void RestrictAccess() {
    auto options = std::make_shared<EngineOptions>();
    options->targets = *TargetTable::Create({{"users", "h:1"}});
    options->access = std::make_shared<const AccessTable>(
        std::vector<AccessRule>{{{"web"}, {"*"}, {}}}, options->targets);
    engine_.emplace(&worker_, &invoker_, std::move(options));
  }
  static Caller CallerNamed(const std::string& name) {
    Caller caller{"the-id"};
    caller.principal = std::make_shared<const Principal>(Principal{name, 1, {}});
    return caller;
  }
  std::string ReasonOf(const std::variant<GatherRun*, Refusal>& started) {
    const auto* refusal = std::get_if<Refusal>(&started);
    return refusal == nullptr ? "none" : refusal->reason;
  }
  void Settle() { worker_.RunUntilIdleForTest(); }
  Time SentDeadline() {
    Settle();
    return invoker_.Find(0)->deadline();
  }

  void OnAnswer(Answer answer) override { answers_.push_back(std::move(answer)); }

  FakeQueue* const queue_ = new FakeQueue;
  Worker worker_{std::unique_ptr<EventQueue>(queue_)};
  FakeInvoker invoker_{queue_};
  std::optional<Engine> engine_;
  std::vector<Answer> answers_;
};

TEST_F(EngineTest, RunsAGatherFromRequestToAnswer) {
  ASSERT_TRUE(std::holds_alternative<GatherRun*>(Start(kOneCall)));
  EXPECT_FALSE(engine_->idle());
  Settle();
  invoker_.Find(0)->Complete(Reply("a"));
  Settle();
  ASSERT_EQ(answers_.size(), 1u);
  EXPECT_EQ(answers_[0].gather_id, "the-id");
  EXPECT_EQ(answers_[0].decision.verdict(), v1::VERDICT_SATISFIED);
  EXPECT_TRUE(engine_->idle());
}

TEST_F(EngineTest, APrincipalMayCallWhatTheRulesAllowIt) {
  RestrictAccess();
  ASSERT_TRUE(std::holds_alternative<GatherRun*>(StartFor(CallerNamed("web"), kOneCall)));
  Settle();
  EXPECT_EQ(invoker_.Find(0)->forwarded()->principal, "web");
}

TEST_F(EngineTest, AnotherPrincipalAndNobodyInParticularFindNothing) {
  RestrictAccess();
  EXPECT_EQ(ReasonOf(StartFor(CallerNamed("batch"), kOneCall)), "UNKNOWN_TARGET");
  EXPECT_EQ(ReasonOf(Start(kOneCall)), "UNKNOWN_TARGET");
  Settle();
  EXPECT_TRUE(invoker_.started().empty());
}

// semantics 80
TEST_F(EngineTest, ARequestThatHasComeRoundIsRefusedAndNothingIsSent) {
  Caller caller{"the-id"};
  caller.hop_path = InstanceId();
  const auto started = StartFor(caller, kOneCall);
  EXPECT_EQ(ReasonOf(started), "LOOP");
  EXPECT_EQ(std::get<Refusal>(started).code, 9);
  Settle();
  EXPECT_TRUE(invoker_.started().empty());
}

TEST_F(EngineTest, AGatherIsASpanOfItsCallersTrace) {
  Caller caller{"the-id"};
  caller.trace = TraceContext{"4bf92f3577b34da6a3ce929d0e0e4736", 0, 7, true, "a=b"};
  StartFor(caller, kOneCall);
  Settle();
  const auto& trace = invoker_.Find(0)->forwarded()->trace;
  ASSERT_TRUE(trace);
  EXPECT_EQ(trace->trace_id, caller.trace->trace_id);
  EXPECT_EQ(trace->parent, 7u);
  EXPECT_NE(trace->span, 7u);
  EXPECT_EQ(trace->state, "a=b");
}

// semantics 4, 26
TEST_F(EngineTest, OneMalformedSubCallRefusesTheWholeRequestAndNothingIsSent) {
  const auto started = Start(std::string(kOneCall) + R"( calls { target: "users" method: "M" })");
  EXPECT_EQ(ReasonOf(started), "BAD_METHOD");
  Settle();
  EXPECT_TRUE(invoker_.started().empty());
  EXPECT_TRUE(answers_.empty());
  EXPECT_TRUE(engine_->idle());
}

// semantics 64
TEST_F(EngineTest, ACallersDeadlineThatHasPassedIsRefusedAndNothingIsSent) {
  const auto started = Start(kOneCall, queue_->Now());
  EXPECT_EQ(ReasonOf(started), "NO_TIME");
  EXPECT_EQ(std::get<Refusal>(started).code, 4);
  EXPECT_TRUE(invoker_.started().empty());
}

// semantics 63
TEST_F(EngineTest, WithoutAnyDeadlineTheDefaultIsSentOn) {
  const Time now = queue_->Now();
  Start(kOneCall);
  EXPECT_EQ(SentDeadline(), now + seconds(30));
}

// semantics 63
TEST_F(EngineTest, ATimeoutReplacesTheDefault) {
  const Time now = queue_->Now();
  Start(std::string(kOneCall) + "timeout { seconds: 120 }");
  EXPECT_EQ(SentDeadline(), now + seconds(120));
}

// semantics 63
TEST_F(EngineTest, ATimeoutIsClampedToTheMaximum) {
  const Time now = queue_->Now();
  Start(std::string(kOneCall) + "timeout { seconds: 100000 }");
  EXPECT_EQ(SentDeadline(), now + hours(1));
}

// semantics 63
TEST_F(EngineTest, ACallersDeadlineIsClampedToTheMaximum) {
  const Time now = queue_->Now();
  Start(kOneCall, now + hours(5));
  EXPECT_EQ(SentDeadline(), now + hours(1));
}

// semantics 63
TEST_F(EngineTest, TheEarlierOfTimeoutAndCallersDeadlineCounts) {
  const Time now = queue_->Now();
  Start(std::string(kOneCall) + "timeout { seconds: 1 }", now + seconds(2));
  EXPECT_EQ(SentDeadline(), now + seconds(1));
}

// semantics 63, 68
TEST_F(EngineTest, PartialResultsAreAnsweredBeforeTheCallersOwnDeadline) {
  const Time now = queue_->Now();
  Start(std::string(kOneCall) + kOneCall, now + seconds(2));
  Settle();
  EXPECT_EQ(invoker_.Find(0)->deadline(), now + seconds(2) - milliseconds(10));
  invoker_.Find(0)->Complete(Reply("kept"));
  Settle();
  queue_->AdvanceTo(now + seconds(2) - milliseconds(10));
  Settle();
  ASSERT_EQ(answers_.size(), 1u);
  EXPECT_EQ(answers_[0].decision.verdict(), v1::VERDICT_DEADLINE_EXCEEDED);
  EXPECT_EQ(answers_[0].summary.succeeded(), 1u);
  EXPECT_EQ(answers_[0].summary.cancelled(), 1u);
}

// semantics 68
TEST_F(EngineTest, NothingIsKeptBackFromATimeout) {
  for (int i = 0; i < 128; ++i) engine_->answer_reserve()->Record(milliseconds(200));
  const Time now = queue_->Now();
  Start(std::string(kOneCall) + "timeout { seconds: 1 }", now + seconds(10));
  EXPECT_EQ(SentDeadline(), now + seconds(1));
}

// The race shutdown/accept: what was accepted goes on, what comes later is refused.
// semantics 26
TEST_F(EngineTest, DrainingRefusesNewGathersAndLetsRunningOnesFinish) {
  Start(kOneCall);
  engine_->Drain();
  const auto refused = Start(kOneCall);
  EXPECT_EQ(ReasonOf(refused), "DRAINING");
  EXPECT_EQ(std::get<Refusal>(refused).code, 14);
  Settle();
  invoker_.Find(0)->Complete(Reply("a"));
  Settle();
  ASSERT_EQ(answers_.size(), 1u);
  EXPECT_EQ(answers_[0].decision.verdict(), v1::VERDICT_SATISFIED);
}

// semantics 55
TEST_F(EngineTest, CancelAllStopsEveryGatherAndEachAnswers) {
  for (int i = 0; i < 3; ++i) Start(std::string(kOneCall) + kOneCall);
  engine_->CancelAll(v1::CAUSE_SHUTDOWN);
  EXPECT_TRUE(answers_.empty());
  Settle();
  ASSERT_EQ(answers_.size(), 3u);
  for (const Answer& answer : answers_) {
    EXPECT_EQ(answer.decision.status().code(), 14);
    for (const Outcome& outcome : answer.outcomes) {
      EXPECT_EQ(outcome.cause, v1::CAUSE_SHUTDOWN);
    }
  }
}

TEST_F(EngineTest, TellsOnceThatItIsIdle) {
  int told = 0;
  engine_->NotifyWhenIdle([&] { ++told; });
  EXPECT_EQ(told, 1);
  Start(kOneCall);
  Start(kOneCall);
  engine_->NotifyWhenIdle([&] { ++told; });
  engine_->CancelAll(v1::CAUSE_SHUTDOWN);
  EXPECT_EQ(told, 1);
  Settle();
  EXPECT_EQ(told, 2);
}

// An attempt that does not heed its cancel keeps its run, and the engine, from ending.
TEST_F(EngineTest, IsNotIdleBeforeTheLastAttemptHasEnded) {
  invoker_.IgnoreCancels();
  Start(kOneCall);
  Settle();
  engine_->CancelAll(v1::CAUSE_SHUTDOWN);
  Settle();
  queue_->Advance(milliseconds(100));
  Settle();
  EXPECT_EQ(answers_.size(), 1u);
  EXPECT_FALSE(engine_->idle());
  invoker_.Find(0)->Complete(Reply(""));
  Settle();
  EXPECT_TRUE(engine_->idle());
}

}  // namespace
}  // namespace gather::engine
