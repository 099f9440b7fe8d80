// What gathers leave behind in the metrics, as a scrape shows it.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/async/event_queue.h"
#include "engine/async/worker.h"
#include "engine/attempt.h"
#include "engine/engine.h"
#include "engine/gather_run.h"
#include "engine/outcome.h"
#include "engine/run_settings.h"
#include "engine/target.h"
#include "gather/v1/gather.pb.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "server/metrics/collector.h"
#include "server/metrics/gather_source.h"
#include "server/metrics/label_budget.h"
#include "server/metrics/recorder.h"
#include "server/metrics/sub_call_source.h"
#include "server/metrics/worker_metrics.h"
#include "tests/support/fake_invoker.h"
#include "tests/support/fake_queue.h"

namespace gather::server {
namespace {

using engine::RunKind;
using gather::testing::BackendFailure;
using gather::testing::FakeAttempt;
using gather::testing::FakeInvoker;
using gather::testing::FakeQueue;
using gather::testing::Reply;
using std::chrono::milliseconds;

class MetricsTest : public ::testing::Test, public engine::AnswerSink {
 protected:
  MetricsTest() {
    auto options = std::make_shared<engine::EngineOptions>();
    options->targets = *engine::TargetTable::Create({{"users", "h:1"}, {"posts", "h:2"}});
    metrics_.AddTarget("users");
    metrics_.AddTarget("posts");
    engine_.emplace(&worker_, &invoker_, std::move(options), &recorder_);
  }

  // Starts a gather; `calls` sub-calls of users' /S/M besides what the text says.
  void Start(int calls, const std::string& text = "", RunKind kind = RunKind::kTogether) {
    auto request = std::make_unique<v1::GatherRequest>();
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(text, request.get()));
    for (int i = 0; i < calls; ++i) {
      v1::SubCall* const call = request->add_calls();
      call->set_target("users");
      call->set_method("/S/M");
    }
    engine_->Start(std::move(request), {"the-id"}, this, kind);
    Settle();
  }
  void Settle() { worker_.RunUntilIdleForTest(); }
  void Complete(std::uint32_t slot, engine::AttemptResult result) {
    invoker_.Find(slot)->Complete(std::move(result));
    Settle();
  }
  void Advance(int count) {
    queue_->Advance(milliseconds(count));
    Settle();
  }
  void OnAnswer(engine::Answer /*answer*/) override {}

  std::string Scrape() const { return MetricsText(collector_); }

  // The value of the series that is written so; "none" when there is none.
  std::string Value(const std::string& series) const {
    for (const absl::string_view line : absl::StrSplit(Scrape(), '\n')) {
      if (absl::StartsWith(line, absl::StrCat(series, " "))) {
        return std::string(line.substr(series.size() + 1));
      }
    }
    return "none";
  }
  std::string SubCalls(const std::string& rest, const std::string& method = "/S/M") const {
    return Value(absl::StrCat("gather_sub_calls_total{target=\"users\",method=\"", method, "\",",
                              rest, "}"));
  }

  FakeQueue* const queue_ = new FakeQueue;
  engine::Worker worker_{std::unique_ptr<engine::EventQueue>(queue_)};
  FakeInvoker invoker_{queue_};
  LabelBudget labels_;
  WorkerMetrics metrics_{&labels_};
  WorkerMetrics other_worker_{&labels_};
  MetricsRecorder recorder_{&metrics_};
  GatherSource gathers_{{&metrics_, &other_worker_}};
  SubCallSource sub_calls_{{&metrics_, &other_worker_}};
  MetricsCollector collector_{{&gathers_, &sub_calls_}};
  std::optional<engine::Engine> engine_;
};

constexpr char kSucceeded[] = R"(disposition="SUCCEEDED",origin="NONE",cause="NONE")";

TEST_F(MetricsTest, CallsThatWaitedInAFullConnectionAreToldByTarget) {
  recorder_.OnStreamWait("users", milliseconds(20));
  EXPECT_EQ(Value(R"(gather_stream_wait_seconds_sum{target="users"})"), "0.02");
  EXPECT_EQ(Value(R"(gather_stream_wait_seconds_count{target="users"})"), "1");
}

TEST_F(MetricsTest, AGatherIsCountedByModeAndVerdictAndItsSubCallsByWhatBecameOfThem) {
  Start(2);
  Complete(0, Reply("a"));
  Complete(1, Reply("b"));
  EXPECT_EQ(Value(R"(gather_accepted_total{rpc="Gather"})"), "1");
  EXPECT_EQ(Value(R"(gather_gathers_total{mode="FAIL_FAST",verdict="SATISFIED"})"), "1");
  EXPECT_EQ(Value(R"(gather_gathers_total{mode="FAIL_FAST",verdict="FAILED"})"), "0");
  EXPECT_EQ(SubCalls(kSucceeded), "2");
  EXPECT_EQ(Value(R"(gather_attempts_total{target="users"})"), "2");
}

TEST_F(MetricsTest, StreamedOutcomesAreCountedLikeThoseOfOneAnswer) {
  Start(2, "", RunKind::kStreamed);
  Complete(0, Reply("a"));
  EXPECT_EQ(SubCalls(kSucceeded), "1") << "before the gather's end";
  Complete(1, Reply("b"));
  EXPECT_EQ(SubCalls(kSucceeded), "2");
  EXPECT_EQ(Value(R"(gather_accepted_total{rpc="AsCompleted"})"), "1");
}

TEST_F(MetricsTest, AFailureIsCountedByItsCodeAndWhatItCancelledByItsCause) {
  Start(2);
  Complete(0, BackendFailure(5, "gone"));
  EXPECT_EQ(Value(R"(gather_gathers_total{mode="FAIL_FAST",verdict="FAILED"})"), "1");
  EXPECT_EQ(SubCalls(R"(disposition="FAILED",origin="BACKEND",cause="NONE")"), "1");
  EXPECT_EQ(SubCalls(R"(disposition="CANCELLED",origin="ORCHESTRATOR",cause="SIBLING_FAILED")"),
            "1");
  EXPECT_EQ(Value(R"(gather_sub_call_failures_total{target="users",code="NOT_FOUND"})"), "1");
  EXPECT_EQ(Value(R"(gather_sub_call_failures_total{target="users",code="CANCELLED"})"), "none");
  EXPECT_EQ(Value(R"(gather_cancels_total{cause="SIBLING_FAILED"})"), "1");
}

TEST_F(MetricsTest, TimesGoIntoTheBucketsInSeconds) {
  Start(2, "max_concurrency: 1");
  Advance(20);
  Complete(0, Reply("a"));
  Advance(75);
  Complete(1, Reply("b"));
  const std::string labels = R"({target="users",method="/S/M",le=)";
  const std::string buckets = "gather_sub_call_duration_seconds_bucket" + labels;
  EXPECT_EQ(Value(buckets + "\"0.01\"}"), "0");
  EXPECT_EQ(Value(buckets + "\"0.025\"}"), "1");
  EXPECT_EQ(Value(buckets + "\"0.1\"}"), "2");
  EXPECT_EQ(Value(buckets + "\"+Inf\"}"), "2");
  EXPECT_EQ(Value(R"(gather_sub_call_duration_seconds_sum{target="users",method="/S/M"})"),
            "0.095");
  EXPECT_EQ(Value(R"(gather_sub_call_queue_seconds_sum{target="users"})"), "0.02");
  EXPECT_EQ(Value("gather_duration_seconds_sum"), "0.095");
  EXPECT_EQ(Value("gather_straggler_wait_seconds_sum"), "0.075");
  EXPECT_EQ(Value("gather_overhead_seconds_count"), "1");
  EXPECT_EQ(Value("gather_overhead_seconds_sum"), "0");
}

TEST_F(MetricsTest, RepliesAreCountedByTheirSize) {
  Start(1);
  Complete(0, Reply(std::string(300, 'x')));
  const std::string labels = R"({target="users",method="/S/M",le=)";
  EXPECT_EQ(Value("gather_reply_size_bytes_bucket" + labels + "\"256\"}"), "0");
  EXPECT_EQ(Value("gather_reply_size_bytes_bucket" + labels + "\"1024\"}"), "1");
}

TEST_F(MetricsTest, SlotsThatAreRefusedAreCountedByReason) {
  Start(1, R"(policy { mode: MODE_COLLECT } calls { target: "nobody" method: "/S/M" })");
  Complete(1, Reply("a"));
  EXPECT_EQ(Value(R"(gather_refusals_total{level="slot",reason="UNKNOWN_TARGET"})"), "1");
  EXPECT_EQ(Value(R"(gather_sub_calls_total{target="_other",method="other",)"
                  R"(disposition="REJECTED",origin="ORCHESTRATOR",cause="NONE"})"),
            "1");
  EXPECT_FALSE(absl::StrContains(Scrape(), "nobody"));
}

TEST_F(MetricsTest, RefusedRequestsAreCountedByReason) {
  metrics_.CountRefusal("request", "MALFORMED");
  metrics_.CountRefusal("request", "MALFORMED");
  other_worker_.CountRefusal("request", "MALFORMED");
  EXPECT_EQ(Value(R"(gather_refusals_total{level="request",reason="MALFORMED"})"), "3");
}

// A backend can write what gRPC's transport would, and any details to it.
TEST_F(MetricsTest, AReasonThatABackendMakesUpTakesNoLabel) {
  v1::ErrorInfo info;
  info.set_reason("MADE_UP_1");
  info.set_domain("gather.v1");
  v1::Status status;
  status.add_details()->set_value(info.SerializeAsString());
  Start(1);
  engine::AttemptResult failure = BackendFailure(14, "Socket closed");
  failure.origin = v1::ORIGIN_TRANSPORT;
  failure.delivery = v1::DELIVERY_EFFECT_UNKNOWN;
  failure.details = status.SerializeAsString();
  Complete(0, std::move(failure));
  EXPECT_EQ(SubCalls(R"(disposition="FAILED",origin="TRANSPORT",cause="NONE")"), "1");
  EXPECT_FALSE(absl::StrContains(Scrape(), "MADE_UP"));
}

TEST_F(MetricsTest, ALoweredTimeoutIsCounted) {
  Start(1, "timeout { seconds: 7200 }");
  Complete(0, Reply(""));
  EXPECT_EQ(Value("gather_clamped_total"), "1");
}

TEST_F(MetricsTest, LateFailuresAreCounted) {
  Start(2, "policy { mode: MODE_PROPAGATE }");
  Complete(0, BackendFailure(5, "gone"));
  EXPECT_EQ(SubCalls(R"(disposition="DETACHED",origin="NONE",cause="NONE")"), "1");
  Complete(1, BackendFailure(13, "late"));
  EXPECT_EQ(Value(R"(gather_detached_failures_total{target="users"})"), "1");
  EXPECT_EQ(Value(R"(gather_detached_failures_total{target="posts"})"), "0");
}

TEST_F(MetricsTest, WhatIsOnlyValidatedIsNoSubCall) {
  Start(1, "validate_only: true");
  Start(1, "validate_only: true", RunKind::kStreamed);
  EXPECT_EQ(Value(R"(gather_gathers_total{mode="FAIL_FAST",verdict="NONE"})"), "2");
  EXPECT_FALSE(absl::StrContains(Scrape(), "gather_sub_calls_total"));
}

TEST_F(MetricsTest, MethodsBeyondTheBudgetShareOneLabel) {
  std::string calls;
  for (int i = 0; i < 100; ++i) {
    absl::StrAppend(&calls, "calls { target: 'users' method: '/S/M", i, "' } ");
  }
  invoker_.SetScript([](FakeAttempt&) { return Reply(""); });
  Start(0, calls);
  Start(0, calls);
  EXPECT_EQ(SubCalls(kSucceeded, "/S/M63"), "2");
  EXPECT_EQ(SubCalls(kSucceeded, "/S/M64"), "none");
  EXPECT_EQ(SubCalls(kSucceeded, "other"), "72");
}

TEST_F(MetricsTest, AMethodThatTheBackendDoesNotKnowTakesNoLabel) {
  Start(1);
  Complete(0, BackendFailure(12, "no such method"));
  EXPECT_EQ(SubCalls(R"(disposition="FAILED",origin="BACKEND",cause="NONE")", "other"), "1");
  EXPECT_EQ(SubCalls(R"(disposition="FAILED",origin="BACKEND",cause="NONE")"), "none");
}

TEST_F(MetricsTest, TargetsAreThereBeforeTheirFirstCall) {
  EXPECT_EQ(Value(R"(gather_attempts_total{target="posts"})"), "0");
}

}  // namespace
}  // namespace gather::server
