// The limits of a server and of its principals, as an engine keeps them.

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/async/event_queue.h"
#include "engine/async/worker.h"
#include "engine/caller.h"
#include "engine/engine.h"
#include "engine/gather_place.h"
#include "engine/gather_run.h"
#include "engine/limits/admission.h"
#include "engine/limits/memory_gauge.h"
#include "engine/limits/principal_accounts.h"
#include "engine/limits/principal_limits.h"
#include "engine/limits/target_limits.h"
#include "engine/limits/target_permits.h"
#include "engine/outcome.h"
#include "engine/refusal.h"
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
using std::chrono::seconds;

class ServerLimitsTest : public ::testing::Test, public AnswerSink {
 protected:
  ServerLimitsTest() {
    options_->targets = *TargetTable::Create({{"users", "h:1"}});
    options_->limits.admission = admission_;
    options_->limits.accounts = std::make_shared<PrincipalAccounts>();
    engine_.emplace(&worker_, &invoker_, options_);
    caller_.gather_id = "id";
  }

  void TearDown() override {
    while (invoker_.outstanding() > 0) CompleteAll();
    worker_.RunUntilIdleForTest();
    EXPECT_TRUE(engine_->idle());
    EXPECT_EQ(admission_->snapshot().gathers, 0u);
    EXPECT_EQ(admission_->snapshot().sub_calls, 0u);
  }

  void Limit(const PrincipalLimits& limits) {
    caller_.principal = std::make_shared<Principal>(Principal{"alice", 1, limits});
  }

  // Starts a gather of so many calls. Its refusal, if it is refused.
  std::optional<Refusal> Start(int calls, const std::string& fields = "") {
    auto request = std::make_unique<v1::GatherRequest>();
    std::string text = absl::StrCat(R"(defaults { target: "users" method: "/S/M" })", fields);
    for (int i = 0; i < calls; ++i) absl::StrAppend(&text, " calls {}");
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, request.get()));
    auto started = engine_->Start(std::move(request), caller_, this);
    worker_.RunUntilIdleForTest();
    if (auto* refusal = std::get_if<Refusal>(&started)) return std::move(*refusal);
    return std::nullopt;
  }

  GatherRun* Open() {
    v1::Open open;
    open.mutable_policy()->set_mode(v1::MODE_COLLECT);
    auto started = engine_->StartGroup(std::move(open), caller_, this);
    if (auto* refusal = std::get_if<Refusal>(&started)) {
      refused_ = std::move(*refusal);
      return nullptr;
    }
    return std::get<GatherRun*>(started);
  }

  void Add(GatherRun* group, const std::string& fields = "") {
    v1::SubCall call;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        absl::StrCat(R"(target: "users" method: "/S/M")", fields), &call));
    EXPECT_FALSE(group->Add(std::move(call)));
    worker_.RunUntilIdleForTest();
  }

  void CompleteAll() {
    for (gather::testing::FakeAttempt* attempt : invoker_.Outstanding()) {
      attempt->Complete(Reply(""));
    }
    worker_.RunUntilIdleForTest();
  }

  void OnOutcome(std::uint32_t /*index*/, const PlannedCall& /*call*/, Outcome outcome) override {
    outcomes_.push_back(std::move(outcome));
  }
  void OnAnswer(Answer /*answer*/) override { ++answers_; }

  static void ExpectRefused(const Refusal& refusal, const std::string& reason,
                            const std::string& message) {
    EXPECT_EQ(refusal.code, 8);
    EXPECT_EQ(refusal.reason, reason);
    EXPECT_EQ(refusal.message, message);
    EXPECT_TRUE(refusal.retry_after.has_value());
    const v1::Status status = ToProto(refusal);
    ASSERT_EQ(status.details_size(), 2);
    EXPECT_EQ(status.details(1).type_url(), "type.googleapis.com/google.rpc.RetryInfo");
  }

  FakeQueue* const queue_ = new FakeQueue;
  Worker worker_{std::unique_ptr<EventQueue>(queue_)};
  FakeInvoker invoker_{queue_};
  std::uint64_t resident_ = 0;
  MemoryGauge gauge_{[this] { return resident_; }, [] {}};
  std::shared_ptr<Admission> admission_ = std::make_shared<Admission>(AdmissionLimits{}, &gauge_);
  std::shared_ptr<EngineOptions> options_ = std::make_shared<EngineOptions>();
  std::optional<Engine> engine_;
  Caller caller_;
  Refusal refused_;
  std::vector<Outcome> outcomes_;
  int answers_ = 0;
};

TEST_F(ServerLimitsTest, OneGatherMoreThanTheServerTakesOnIsRefusedUntilOneIsAnswered) {
  admission_->Configure({.max_gathers = 2});
  EXPECT_FALSE(Start(1));
  EXPECT_FALSE(engine_->CheckOpen());
  EXPECT_FALSE(Start(1));
  const std::string message = "the server has 2 gathers in flight, at most 2: retry later";
  ExpectRefused(*engine_->CheckOpen(), "OVERLOADED", message);
  ExpectRefused(*Start(1), "OVERLOADED", message);
  EXPECT_EQ(invoker_.started().size(), 2u) << "no backend hears of it";
  CompleteAll();
  EXPECT_FALSE(Start(1));
}

TEST_F(ServerLimitsTest, MoreSubCallsThanTheServerTakesOnAreRefusedUntilSomeEnd) {
  admission_->Configure({.max_sub_calls = 10});
  EXPECT_FALSE(Start(8));
  ExpectRefused(*Start(3), "OVERLOADED",
                "the server has 8 sub-calls in flight and waiting, at most 10: retry later");
  invoker_.Find(0)->Complete(Reply(""));
  worker_.RunUntilIdleForTest();
  EXPECT_FALSE(Start(3)) << "each makes room when it ends, not only with its gather";
}

TEST_F(ServerLimitsTest, MemoryAboveTheMarkRefusesEverythingNew) {
  admission_->Configure({.max_memory_bytes = 1000});
  EXPECT_FALSE(Start(1));
  resident_ = 2000;
  queue_->Advance(seconds(1));
  worker_.RunUntilIdleForTest();
  ExpectRefused(*engine_->CheckOpen(), "OVERLOADED",
                "the server has 2000 bytes of memory in use, at most 1000: retry later");
  EXPECT_TRUE(Start(1));
}

TEST_F(ServerLimitsTest, AnAddThatIsTooMuchIsRejectedAndTheGroupGoesOn) {
  admission_->Configure({.max_sub_calls = 1});
  GatherRun* const group = Open();
  Add(group);
  Add(group, R"(fallback { response: "instead" })");
  ASSERT_EQ(outcomes_.size(), 1u);
  EXPECT_EQ(outcomes_[0].disposition, v1::DISPOSITION_REJECTED);
  EXPECT_EQ(outcomes_[0].cause, v1::CAUSE_LIMIT);
  EXPECT_EQ(outcomes_[0].status->message(),
            "calls[1]: the server has 1 sub-calls in flight and waiting, at most 1: retry later");
  CompleteAll();
  Add(group);
  EXPECT_EQ(invoker_.started(), (std::vector<std::uint32_t>{0, 2}));
  group->Seal();
}

// semantics 27
TEST_F(ServerLimitsTest, WhatRunsOnWithoutItsGatherStillCounts) {
  EXPECT_FALSE(Start(2, "policy { mode: MODE_PROPAGATE }"));
  invoker_.Find(0)->Complete(BackendFailure(5, "gone"));
  worker_.RunUntilIdleForTest();
  EXPECT_EQ(answers_, 1);
  EXPECT_EQ(admission_->snapshot().gathers, 0u);
  EXPECT_EQ(admission_->snapshot().sub_calls, 1u);
}

TEST_F(ServerLimitsTest, SubCallsBeyondAPrincipalsQuotaAreRefusedUntilThereIsEnough) {
  Limit({.sub_calls_per_second = 10, .burst = 20});
  EXPECT_FALSE(Start(15));
  const std::optional<Refusal> refused = Start(10);
  ASSERT_TRUE(refused);
  ExpectRefused(*refused, "QUOTA",
                "calls: 10 sub-calls are more than principal \"alice\" has left of 10 a second");
  EXPECT_EQ(invoker_.started().size(), 15u) << "no backend hears of it";
  EXPECT_NEAR(std::chrono::duration<double>(*refused->retry_after).count(), 0.5, 0.001);
  queue_->Advance(milliseconds(500));
  worker_.RunUntilIdleForTest();
  EXPECT_TRUE(Start(11));
  queue_->Advance(milliseconds(1));
  worker_.RunUntilIdleForTest();
  EXPECT_FALSE(Start(10));
}

TEST_F(ServerLimitsTest, WhatIsOnlyValidatedCostsNothing) {
  Limit({.sub_calls_per_second = 10});
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(Start(10, "validate_only: true"));
  EXPECT_FALSE(Start(10));
}

TEST_F(ServerLimitsTest, WhatIsRefusedForSomethingElseCostsNothing) {
  Limit({.sub_calls_per_second = 10});
  admission_->Configure({.max_sub_calls = 10});
  EXPECT_EQ(Start(11)->reason, "OVERLOADED");
  EXPECT_EQ(Start(10, R"(calls { target: "nobody" })")->reason, "UNKNOWN_TARGET");
  EXPECT_FALSE(Start(10));
}

TEST_F(ServerLimitsTest, EachAddToAGroupCostsOne) {
  Limit({.sub_calls_per_second = 2});
  GatherRun* const group = Open();
  for (int i = 0; i < 3; ++i) Add(group);
  ASSERT_EQ(outcomes_.size(), 1u);
  EXPECT_EQ(outcomes_[0].disposition, v1::DISPOSITION_REJECTED);
  EXPECT_EQ(outcomes_[0].cause, v1::CAUSE_LIMIT);
  EXPECT_EQ(outcomes_[0].status->message(),
            "calls[2]: 1 sub-call is more than principal \"alice\" has left of 2 a second");
  EXPECT_EQ(outcomes_[0].status->details_size(), 2);
  EXPECT_EQ(invoker_.started().size(), 2u);
  group->Seal();
}

TEST_F(ServerLimitsTest, OneGroupMoreThanAPrincipalMayHaveOpenIsRefusedUntilOneEnds) {
  Limit({.max_open_groups = 1});
  GatherRun* const group = Open();
  EXPECT_EQ(Open(), nullptr);
  ExpectRefused(refused_, "QUOTA",
                "open: principal \"alice\" has 1 task groups open, which is all that it may have");
  EXPECT_FALSE(Start(1)) << "a gather is no group";
  group->Seal();
  worker_.RunUntilIdleForTest();
  GatherRun* const next = Open();
  ASSERT_NE(next, nullptr);
  next->Seal();
}

TEST_F(ServerLimitsTest, WeightsArePrincipalsSharesOfATargetsPermits) {
  options_->targets.SetPermits("users",
                               std::make_shared<TargetPermits>(TargetLimits{.max_in_flight = 4}));
  EXPECT_FALSE(Start(4));
  const auto start_as = [this](const std::string& name, std::uint32_t weight) {
    caller_.principal = std::make_shared<Principal>(Principal{name, weight, {}});
    std::string calls;
    for (int i = 0; i < 8; ++i) absl::StrAppend(&calls, " calls { request: '", name, "' }");
    EXPECT_FALSE(Start(0, calls));
  };
  start_as("light", 1);
  start_as("heavy", 3);
  CompleteAll();
  std::map<std::string, int> running;
  for (const gather::testing::FakeAttempt* attempt : invoker_.Outstanding()) {
    ++running[attempt->request()];
  }
  EXPECT_EQ(running, (std::map<std::string, int>{{"heavy", 3}, {"light", 1}}));
}

TEST_F(ServerLimitsTest, DryRunRefusesNothing) {
  Limit({.sub_calls_per_second = 1, .max_open_groups = 1, .dry_run = true});
  admission_->Configure({.max_gathers = 1, .max_sub_calls = 1, .dry_run = true});
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(Start(5));
  GatherRun* const one = Open();
  GatherRun* const other = Open();
  ASSERT_NE(other, nullptr);
  Add(other);
  one->Seal();
  other->Seal();
  EXPECT_EQ(admission_->snapshot().refused, 0u);
}

}  // namespace
}  // namespace gather::engine
