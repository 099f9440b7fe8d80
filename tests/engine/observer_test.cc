#include "engine/observer.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/async/event_queue.h"
#include "engine/async/worker.h"
#include "engine/engine.h"
#include "engine/gather_run.h"
#include "engine/outcome.h"
#include "engine/target.h"
#include "gather/v1/gather.pb.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/support/fake_invoker.h"
#include "tests/support/fake_queue.h"

namespace gather::engine {
namespace {

using gather::testing::BackendFailure;
using gather::testing::FakeInvoker;
using gather::testing::FakeQueue;
using gather::testing::Reply;
using std::chrono::milliseconds;

constexpr char kTwoCalls[] = R"(defaults { target: "users" method: "/S/M" } calls {} calls {})";

// What an engine tells, a line each.
class ObserverTest : public ::testing::Test, public AnswerSink, public Observer {
 protected:
  ObserverTest() {
    auto options = std::make_shared<EngineOptions>();
    options->targets = *TargetTable::Create({{"users", "h:1"}});
    engine_.emplace(&worker_, &invoker_, std::move(options), this);
  }

  void Start(const std::string& text, RunKind kind = RunKind::kTogether) {
    auto request = std::make_unique<v1::GatherRequest>();
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(text, request.get()));
    engine_->Start(std::move(request), {"the-id"}, this, kind);
    Settle();
  }
  void Settle() { worker_.RunUntilIdleForTest(); }
  void Advance(int count) {
    queue_->Advance(milliseconds(count));
    Settle();
  }

  void OnAnswer(Answer /*answer*/) override { told_.emplace_back("sent"); }

  void OnAccepted(const RunSettings& gather) override {
    told_.push_back(absl::StrCat("accepted ", gather.gather_id));
  }
  void OnOutcome(const RunSettings& gather, std::uint32_t index, const PlannedCall& call,
                 const Outcome& outcome, Time now) override {
    told_.push_back(absl::StrCat("outcome ", index, " ", call.method, " ",
                                 v1::Disposition_Name(outcome.disposition), " after ",
                                 (now - gather.accepted) / milliseconds(1)));
  }
  void OnAnswer(const RunSettings& gather, const Answer& answer, Time now) override {
    told_.push_back(absl::StrCat("answer ", v1::Verdict_Name(answer.decision.verdict()), " of ",
                                 answer.outcomes.size(), " after ",
                                 (now - gather.accepted) / milliseconds(1), ", straggler ",
                                 answer.straggler_wait / milliseconds(1)));
  }
  void OnCancel(v1::Cause cause) override {
    told_.push_back(absl::StrCat("cancel ", v1::Cause_Name(cause)));
  }
  void OnDetachedFailure(const DetachedFailure& failure) override {
    told_.push_back(absl::StrCat("detached ", failure.failure.index));
  }

  using Lines = std::vector<std::string>;

  FakeQueue* const queue_ = new FakeQueue;
  Worker worker_{std::unique_ptr<EventQueue>(queue_)};
  FakeInvoker invoker_{queue_};
  std::optional<Engine> engine_;
  Lines told_;
};

TEST_F(ObserverTest, AGatherIsToldOnceWhenItIsAcceptedAndOnceBeforeItsAnswerIsSent) {
  Start(kTwoCalls);
  Advance(3);
  invoker_.Find(0)->Complete(Reply("a"));
  Settle();
  Advance(5);
  invoker_.Find(1)->Complete(Reply("b"));
  Settle();
  EXPECT_EQ(told_, Lines({"accepted the-id", "answer VERDICT_SATISFIED of 2 after 8, straggler 5",
                          "sent"}));
}

TEST_F(ObserverTest, OutcomesThatAreStreamedAreToldOneByOne) {
  Start(kTwoCalls, RunKind::kStreamed);
  Advance(3);
  invoker_.Find(1)->Complete(Reply("b"));
  Settle();
  invoker_.Find(0)->Complete(Reply("a"));
  Settle();
  EXPECT_EQ(told_, Lines({"accepted the-id", "outcome 1 /S/M DISPOSITION_SUCCEEDED after 3",
                          "outcome 0 /S/M DISPOSITION_SUCCEEDED after 3",
                          "answer VERDICT_SATISFIED of 0 after 3, straggler 0", "sent"}));
}

TEST_F(ObserverTest, CancelsAreToldWithTheirCause) {
  Start(kTwoCalls);
  invoker_.Find(0)->Complete(BackendFailure(5, "gone"));
  Settle();
  EXPECT_EQ(told_[1], "cancel CAUSE_SIBLING_FAILED");
}

TEST_F(ObserverTest, AFailureAfterTheAnswerIsTold) {
  Start(absl::StrCat(kTwoCalls, " policy { mode: MODE_PROPAGATE }"));
  invoker_.Find(0)->Complete(BackendFailure(5, "gone"));
  Settle();
  invoker_.Find(1)->Complete(BackendFailure(13, "late"));
  Settle();
  EXPECT_EQ(told_.back(), "detached 1");
}

TEST_F(ObserverTest, WhatIsRefusedIsNotAccepted) {
  Start(R"(calls { target: "users" method: "M" })");
  EXPECT_TRUE(told_.empty());
}

}  // namespace
}  // namespace gather::engine
