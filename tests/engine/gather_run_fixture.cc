#include "tests/engine/gather_run_fixture.h"

#include <grpcpp/support/slice.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "engine/refusal.h"
#include "google/protobuf/text_format.h"

namespace gather::engine {

std::string Calls(std::size_t calls, const std::string& fields) {
  std::string text = absl::StrCat(R"(defaults { target: "users" method: "/S/M" } )", fields);
  for (std::size_t i = 0; i < calls; ++i) absl::StrAppend(&text, " calls {}");
  return text;
}

std::string ResponseOf(const Outcome& outcome) {
  grpc::ByteBuffer copy(outcome.response);
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!copy.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

std::vector<std::string> ResponsesOf(const Outcome& outcome) {
  std::vector<std::string> messages;
  if (outcome.responses == nullptr) return messages;
  for (std::size_t i = 0; i < outcome.responses->size(); ++i) {
    std::string& message = messages.emplace_back();
    for (const grpc::Slice& slice : (*outcome.responses)[i]) {
      message.append(slice.begin(), slice.end());
    }
  }
  return messages;
}

GatherRunTest::GatherRunTest()
    : targets_(*TargetTable::Create({{"users", "h:1"}, {"posts", "h:2"}})) {
  limits_.max_calls = 2'000'000;
  limits_.max_concurrency = 2'000'000;
}

void GatherRunTest::TearDown() {
  Settle();
  EXPECT_EQ(answers_.size(), gathers_) << "each gather answers exactly once";
  EXPECT_TRUE(runs_.empty()) << "each run ends";
  EXPECT_EQ(invoker_.outstanding(), 0u);
}

GatherRun* GatherRunTest::Start(const std::string& text, Duration timeout) {
  auto request = std::make_unique<v1::GatherRequest>();
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, request.get())) << text;
  return StartRequest(std::move(request), timeout);
}

GatherRun* GatherRunTest::StartRequest(std::unique_ptr<v1::GatherRequest> request, Duration timeout,
                                       RunKind kind) {
  auto planned = MakePlan(std::move(request), targets_, limits_);
  if (const auto* refusal = std::get_if<Refusal>(&planned)) {
    ADD_FAILURE() << refusal->message;
    return nullptr;
  }
  return StartPlan(std::get<Plan>(std::move(planned)), timeout, kind);
}

GatherRun* GatherRunTest::StartPlan(Plan plan, Duration timeout, RunKind kind) {
  RunSettings settings;
  settings.gather_id = absl::StrCat("gather ", ++gathers_);
  settings.kind = kind;
  settings.accepted = queue_->Now();
  settings.deadline = timeout == Duration::max() ? kNever : settings.accepted + timeout;
  settings.max_timeout = limits_.max_timeout;
  settings.detached_timeout = std::chrono::seconds(60);
  settings.max_response_bytes = max_response_bytes_;
  settings.buffered = buffered_;
  settings.reply_sizes = &reply_sizes_;
  runs_.push_back(std::make_unique<GatherRun>(&worker_, &invoker_, &detached_budget_,
                                              std::move(plan), std::move(settings), this, this));
  runs_.back()->Start();
  return runs_.back().get();
}

GatherRun* GatherRunTest::Stream(const std::string& text, Duration timeout) {
  Settle();
  auto request = std::make_unique<v1::GatherRequest>();
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, request.get())) << text;
  GatherRun* const run = StartRequest(std::move(request), timeout, RunKind::kStreamed);
  Settle();
  return run;
}

GatherRun* GatherRunTest::Open(const std::string& text, Duration timeout) {
  Settle();
  v1::Open open;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &open)) << text;
  auto planned = MakeGroupPlan(std::move(open), targets_, limits_);
  if (const auto* refusal = std::get_if<Refusal>(&planned)) {
    ADD_FAILURE() << refusal->message;
    return nullptr;
  }
  return StartPlan(std::get<Plan>(std::move(planned)), timeout, RunKind::kGroup);
}

void GatherRunTest::Add(GatherRun* group, const std::string& fields) {
  v1::SubCall call;
  call.set_target("users");
  call.set_method("/S/M");
  EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(fields, &call)) << fields;
  const std::optional<Refusal> refusal = group->Add(std::move(call));
  EXPECT_FALSE(refusal.has_value()) << refusal->message;
}

GatherRun* GatherRunTest::Run(const std::string& text, Duration timeout) {
  Settle();
  GatherRun* const run = Start(text, timeout);
  Settle();
  return run;
}

void GatherRunTest::Advance(Duration duration) {
  queue_->Advance(duration);
  Settle();
}

void GatherRunTest::Succeed(std::uint32_t slot, const std::string& bytes) {
  invoker_.Find(slot)->Complete(Reply(bytes));
}

void GatherRunTest::Fail(std::uint32_t slot, int code, const std::string& message) {
  invoker_.Find(slot)->Complete(BackendFailure(code, message));
}

const Answer& GatherRunTest::answer() const {
  static const Answer none;
  EXPECT_EQ(answers_.size(), 1u);
  return answers_.empty() ? none : answers_.front();
}

const Outcome& GatherRunTest::outcome(std::uint32_t slot) const {
  for (const auto& [index, outcome] : outcomes_) {
    if (index == slot) return outcome;
  }
  static const Outcome none;
  EXPECT_LT(slot, answer().outcomes.size()) << "slot " << slot << " has no outcome";
  return slot < answer().outcomes.size() ? answer().outcomes[slot] : none;
}

std::vector<std::uint32_t> GatherRunTest::streamed() const {
  std::vector<std::uint32_t> indexes;
  for (const auto& [index, outcome] : outcomes_) indexes.push_back(index);
  return indexes;
}

void GatherRunTest::OnOutcome(std::uint32_t index, const PlannedCall& /*call*/, Outcome outcome) {
  EXPECT_TRUE(answers_.size() < gathers_) << "an outcome after the answer";
  outcomes_.emplace_back(index, std::move(outcome));
}

void GatherRunTest::OnDetachedFailure(const DetachedFailure& failure) {
  detached_failures_.push_back(failure);
}

void GatherRunTest::ExpectStopped(std::uint32_t slot, v1::Disposition disposition,
                                  v1::Cause cause) const {
  const Outcome& is = outcome(slot);
  EXPECT_EQ(is.disposition, disposition) << "slot " << slot;
  EXPECT_EQ(is.cause, cause) << "slot " << slot;
  EXPECT_EQ(is.origin, v1::ORIGIN_ORCHESTRATOR);
  EXPECT_EQ(is.delivery, disposition == v1::DISPOSITION_CANCELLED ? v1::DELIVERY_EFFECT_UNKNOWN
                                                                  : v1::DELIVERY_NEVER_SENT);
  EXPECT_NE(is.status, nullptr);
}

void GatherRunTest::ExpectFailed(std::uint32_t slot, int code) const {
  EXPECT_EQ(outcome(slot).disposition, v1::DISPOSITION_FAILED) << "slot " << slot;
  ASSERT_NE(outcome(slot).status, nullptr) << "slot " << slot;
  EXPECT_EQ(outcome(slot).status->code(), code);
}

void GatherRunTest::ExpectSucceeded(std::uint32_t slot, const std::string& bytes) const {
  EXPECT_EQ(outcome(slot).disposition, v1::DISPOSITION_SUCCEEDED) << "slot " << slot;
  EXPECT_EQ(ResponseOf(outcome(slot)), bytes);
}

void GatherRunTest::OnRunEnded(GatherRun* run) {
  const auto ended = std::find_if(runs_.begin(), runs_.end(),
                                  [run](const auto& owned) { return owned.get() == run; });
  ASSERT_NE(ended, runs_.end());
  runs_.erase(ended);
}

}  // namespace gather::engine
