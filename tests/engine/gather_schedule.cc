#include "tests/engine/gather_schedule.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "engine/duration.h"
#include "engine/planned_call.h"
#include "engine/refusal.h"
#include "tests/engine/drawn_options.h"
#include "tests/engine/expected_outcome.h"

namespace gather::testing {
namespace {

using engine::Answer;
using engine::AttemptResult;
using engine::GatherRun;
using std::chrono::milliseconds;

constexpr std::uint32_t kMaxFew = 6;
constexpr int kResourceExhausted = 8;

struct Deaf final : engine::PermitWaiter {
  void OnPermits() override {}
};

engine::Duration ToDuration(const google::protobuf::Duration& duration) {
  return std::chrono::nanoseconds(duration.nanos());
}

}  // namespace

v1::Outcome ToComparable(const engine::Outcome& outcome, std::uint32_t index,
                         absl::string_view id) {
  v1::Outcome proto;
  engine::ToProto(outcome, index, id, &proto);
  proto.set_response(PayloadOf(outcome));
  if (proto.has_status()) proto.mutable_status()->clear_details();
  return proto;
}

// Hears the gather, and lets the witness look first.
class GatherSchedule::Sink final : public engine::AnswerSink {
 public:
  explicit Sink(GatherSchedule* schedule) : schedule_(schedule) {}

  void OnOutcome(std::uint32_t index, const engine::PlannedCall& call,
                 engine::Outcome outcome) override {
    v1::Outcome proto = ToComparable(outcome, index, call.sub_call->id());
    if (schedule_->witness_) schedule_->witness_->OnOutcome(index, call, outcome);
    schedule_->OnOutcome(std::move(proto));
  }

  void OnAnswer(Answer answer) override {
    if (schedule_->witness_) schedule_->witness_->OnAnswer(answer);
    schedule_->OnAnswer(std::move(answer));
  }

 private:
  GatherSchedule* const schedule_;
};

GatherSchedule::GatherSchedule(std::uint32_t seed, Form form)
    : form_(form),
      dice_(seed),
      budget_(static_cast<std::uint32_t>(1 + dice_.Below(3))),
      options_(DrawOptions(&dice_, budget_)),
      permits_(DrawPermits(&dice_)),
      sink_(std::make_unique<Sink>(this)) {
  options_->on_detached_failure = [this](const engine::DetachedFailure& failure) {
    Note([&] { return absl::StrCat("late failure of ", failure.failure.index); });
    if (witness_) witness_->OnDetachedFailure(failure);
  };
  if (permits_ != nullptr) {
    options_->targets.SetPermits("users", permits_);
    permits_->Open(&others_, "others", 1, std::make_shared<Deaf>());
  }
  engine_.emplace(&worker_, &invoker_, options_);
  if (dice_.Chance(2)) invoker_.IgnoreCancels();
  invoker_.SetScript([this](FakeAttempt& attempt) { return OnStart(attempt); });
  invoker_.SetCancelListener([this](const FakeAttempt& attempt) {
    Note([&] { return absl::StrCat("cancel of attempt ", attempt.slot()); });
    if (witness_) witness_->OnCancel(attempt);
    Meanwhile();
  });
  invoker_.SetListener([this](const FakeAttempt& attempt, const AttemptResult& result) {
    Note([&] { return absl::StrCat("result of ", attempt.slot(), ": ", result.code); });
    if (witness_) witness_->OnResult(attempt, result);
  });
}

GatherSchedule::~GatherSchedule() {
  OthersLetGo();
  engine_.reset();
  if (permits_ != nullptr) permits_->Close(&others_);
}

std::string GatherSchedule::Run() {
  worker_.Post([this] { Start(); });
  Rest();
  for (std::size_t steps = 4 + dice_.Below(20); steps > 0 && fault_.empty(); --steps) {
    for (std::size_t i = 1 + dice_.Below(3); i > 0; --i) Step();
    if (!dice_.Chance(3)) Rest();
  }
  Finish();
  return fault_;
}

void GatherSchedule::Write(absl::string_view what) {
  const auto time = std::chrono::duration_cast<milliseconds>(worker_.now().time_since_epoch());
  trace_.push_back(absl::StrCat(time.count() % 10'000, " ms: ", what));
}

void GatherSchedule::SetFault(const std::string& fault) {
  if (!fault_.empty() || fault.empty()) return;
  fault_ = fault;
  Note([&] { return absl::StrCat("FAULT: ", fault); });
}

// ---- the start

void GatherSchedule::Start() {
  reader_falters_ = form_ == Form::kGroup && dice_.Chance(3);
  if (dice_.Chance(6)) OthersDetach();
  return form_ == Form::kGroup ? StartGroup() : StartRequest();
}

void GatherSchedule::Begin(const v1::Policy& policy, std::uint32_t max_concurrency,
                           engine::Time deadline) {
  if (!witnessed()) return;
  const std::uint32_t most = options_->plan.max_concurrency;
  GatherWitness::Setting setting;
  setting.worker = &worker_;
  setting.detached_budget = options_->detached_budget.get();
  setting.permits = permits_.get();
  setting.others_hold = &others_hold_;
  setting.max_timeout = options_->plan.max_timeout;
  setting.detached_timeout = options_->detached_timeout;
  setting.cancel_grace = options_->cancel_grace;
  setting.group = form_ == Form::kGroup;
  setting.rule = ToRule(policy);
  setting.max_concurrency = max_concurrency == 0 ? most : std::min(max_concurrency, most);
  setting.deadline = deadline;
  witness_.emplace(setting);
}

void GatherSchedule::StartRequest() {
  auto request = std::make_unique<v1::GatherRequest>();
  *request->mutable_policy() = DrawPolicy(&dice_);
  request->set_max_concurrency(static_cast<std::uint32_t>(dice_.Below(6)));
  engine::Duration timeout = options_->plan.default_timeout;
  if (dice_.Chance(3)) {
    engine::ToProto(milliseconds(1 + dice_.Below(60)), request->mutable_timeout());
    timeout = ToDuration(request->timeout());
  }
  timeout = std::min<engine::Duration>(timeout, options_->plan.max_timeout);
  request->mutable_defaults()->set_method("/S/M");
  request->mutable_defaults()->set_target("users");
  Begin(request->policy(), request->max_concurrency(), worker_.now() + timeout);
  bool may_detach = request->policy().mode() == v1::MODE_PROPAGATE;
  for (std::uint32_t calls = DrawSize(); calls > 0; --calls) {
    DrawnCall drawn = DrawCall(&dice_);
    may_detach |= drawn.call.shielded();
    *request->add_calls() = drawn.call;
    drawn.call.set_id(absl::StrCat(request->calls_size() - 1));
    if (witness_) witness_->Add(drawn.call, drawn.refusal_code, drawn.fallback_heeds_refusal);
  }
  Note([&] { return request->ShortDebugString(); });
  const bool refuse =
      RefusedAsAWhole(*request) || (may_detach && options_->detached_budget->exhausted());
  if (witness_ && !refuse) witness_->Seal();
  auto started =
      engine_->Start(std::move(request), {"id"}, sink_.get(),
                     witnessed() ? engine::RunKind::kStreamed : engine::RunKind::kTogether);
  if (refuse != std::holds_alternative<engine::Refusal>(started)) SetFault("refused, or not");
  if (refuse) return witness_.reset();
  run_ = std::get<GatherRun*>(started);
}

void GatherSchedule::StartGroup() {
  v1::Open open;
  *open.mutable_policy() = DrawPolicy(&dice_);
  open.set_max_concurrency(static_cast<std::uint32_t>(dice_.Below(6)));
  open.mutable_defaults()->set_method("/S/M");
  open.mutable_defaults()->set_target("users");
  engine::Time deadline = engine::kNever;
  if (dice_.Chance(4)) {
    engine::ToProto(milliseconds(1 + dice_.Below(60)), open.mutable_timeout());
    deadline = worker_.now() +
               std::min<engine::Duration>(ToDuration(open.timeout()), options_->plan.max_timeout);
  }
  Note([&] { return open.ShortDebugString(); });
  Begin(open.policy(), open.max_concurrency(), deadline);
  const bool refuse =
      open.policy().mode() == v1::MODE_PROPAGATE && options_->detached_budget->exhausted();
  auto started = engine_->StartGroup(std::move(open), {"id"}, sink_.get());
  if (refuse != std::holds_alternative<engine::Refusal>(started)) SetFault("refused, or not");
  if (refuse) return witness_.reset();
  run_ = std::get<GatherRun*>(started);
  for (std::uint32_t adds = DrawSize(); adds > 0; --adds) Add();
}

// Mostly few; or many: then they are sent, and stopped, in several quanta.
std::uint32_t GatherSchedule::DrawSize() {
  const bool many = options_->plan.max_concurrency > kMaxFew;
  return static_cast<std::uint32_t>(dice_.Below(kMaxFew + 1) + (many ? dice_.Below(100) : 0));
}

// ---- what happens between two looks of the worker at its queue

void GatherSchedule::Step() {
  switch (dice_.Below(9)) {
    case 0:
    case 1:
      return Advance(static_cast<std::uint32_t>(dice_.Below(16)));
    case 2:
      return BringOne();
    case 3:
    case 4:
    case 5:
      return CompleteOne();
    default:
      worker_.Post([this] { DoorStep(); });
  }
}

// The worker is busy with the gather, and hears of something else before it comes back to it.
void GatherSchedule::Meanwhile() {
  if (dice_.Chance(16)) worker_.Post([this] { DoorStep(); });
}

void GatherSchedule::DoorStep() {
  if (form_ == Form::kGroup && !dice_.Chance(3)) return GroupStep();
  switch (dice_.Below(24)) {
    case 0:
      return Cancel();
    case 1:
      return ShutDown();
    case 2:
    case 3:
      return OthersDetach();
    case 4:
    case 5:
    case 6:
      return OthersHold();
    default:
      return Pause(dice_.Chance(3));
  }
}

void GatherSchedule::GroupStep() {
  switch (dice_.Below(24)) {
    case 0:
      return Seal();
    case 1:
      return EndEarly();
    case 2:
    case 3:
    case 4:
    case 5:
      return CancelCall();
    default:
      return Add();
  }
}

void GatherSchedule::OnDoor(const Act& act) {
  if (run_ == nullptr) return;
  if (witness_) witness_->Enter();
  act(run_);
  if (witness_) witness_->Leave();
}

void GatherSchedule::Pause(bool paused) {
  OnDoor([&](GatherRun* run) {
    Note([&] { return paused ? "pause" : "go on"; });
    if (witness_) witness_->Pause(paused);
    run->Pause(paused);
  });
}

void GatherSchedule::Cancel() {
  OnDoor([&](GatherRun* run) {
    Note([&] { return "cancel"; });
    if (witness_) witness_->Cancel();
    run->Cancel(v1::CAUSE_CALLER);
  });
}

void GatherSchedule::Add() {
  DrawnCall drawn = DrawAdd(&dice_);
  OnDoor([&](GatherRun* run) {
    Note([&] { return absl::StrCat("add ", drawn.call.ShortDebugString()); });
    const v1::SubCall asked = drawn.call;
    const bool taken = !asked.id().empty() && witness_->FindOpen(asked.id()) != nullptr;
    if (asked.id().empty() || drawn.shown_by_index) drawn.call.set_id(absl::StrCat(adds_));
    if (drawn.call.shielded() && !drawn.refusal_code && options_->detached_budget->exhausted()) {
      drawn.refusal_code = kResourceExhausted;
      drawn.fallback_heeds_refusal = false;
    }
    if (!taken) {
      ++adds_;
      witness_->Add(drawn.call, drawn.refusal_code, drawn.fallback_heeds_refusal);
    }
    const auto refusal = run->Add(asked);
    if (refusal.has_value() != taken) SetFault("an id was taken, or was not");
    if (refusal && refusal->reason != "DUPLICATE_ID") SetFault("refused for something else");
  });
}

void GatherSchedule::CancelCall() {
  std::string id(1, static_cast<char>('a' + dice_.Below(4)));
  if (!dice_.Chance(3)) id = absl::StrCat(dice_.Below(adds_ + 2));
  OnDoor([&](GatherRun* run) {
    Note([&] { return absl::StrCat("cancel call ", id); });
    witness_->CancelCall(id);
    run->CancelCall(id);
  });
}

void GatherSchedule::Seal() {
  OnDoor([&](GatherRun* run) {
    Note([&] { return "seal"; });
    const bool refuse = witness_->Seal();
    if (run->Seal().has_value() != refuse) SetFault("half-close was refused, or was not");
  });
}

void GatherSchedule::EndEarly() {
  OnDoor([&](GatherRun* run) {
    Note([&] { return "end early"; });
    witness_->EndEarly();
    run->EndEarly();
  });
}

// Not by the door: the run may be there after its answer.
void GatherSchedule::ShutDown() {
  Note([&] { return "shut down"; });
  if (witness_) witness_->Enter();
  if (witness_) witness_->ShutDown();
  engine_->Drain();
  engine_->CancelAll(v1::CAUSE_SHUTDOWN);
  if (witness_) witness_->Leave();
}

void GatherSchedule::OthersDetach() {
  if (taken_ > 0 && dice_.Chance(2)) {
    options_->detached_budget->Release();
    --taken_;
  } else if (options_->detached_budget->TryTake()) {
    ++taken_;
  }
  Note([&] { return absl::StrCat("others have detached ", taken_, " of ", budget_); });
}

// Other gathers at the same target: they hold permits, wait for some, and give some back.
void GatherSchedule::OthersHold() {
  const auto wanted = static_cast<std::uint32_t>(dice_.Below(4));
  const bool release = dice_.Chance(2);
  if (permits_ == nullptr || others_have_gone_) return;
  if (release && others_hold_ > 0) {
    --others_hold_;
    permits_->Release(&others_, {});
  } else {
    others_hold_ += permits_->Ask(&others_, wanted, 2).granted;
  }
  Note([&] { return absl::StrCat("others hold ", others_hold_, " permits"); });
}

void GatherSchedule::OthersLetGo() {
  if (permits_ == nullptr) return;
  permits_->Ask(&others_, 0, 0);
  for (; others_hold_ > 0; --others_hold_) permits_->Release(&others_, {});
}

// Only the streams among them bring messages.
void GatherSchedule::BringOne() {
  const std::vector<FakeAttempt*> attempts = invoker_.Outstanding();
  if (attempts.empty()) return;
  FakeAttempt* const attempt = attempts[dice_.Below(attempts.size())];
  if (!attempt->server_streaming() || attempt->arrived()) return;
  const std::string message(dice_.Below(4), 'x');
  Note([&] { return absl::StrCat("a message of ", attempt->slot()); });
  if (witness_) witness_->OnMessage(*attempt, message);
  attempt->Bring(message);
}

void GatherSchedule::CompleteOne() {
  const std::vector<FakeAttempt*> attempts = invoker_.Outstanding();
  if (attempts.empty()) return;
  FakeAttempt* const attempt = attempts[dice_.Below(attempts.size())];
  attempt->Complete(DrawResult(&dice_, attempt->server_streaming()));
}

// An attempt's own deadline is looked after by gRPC, mostly at once.
void GatherSchedule::Advance(std::uint32_t by) {
  queue_->Advance(milliseconds(by));
  for (FakeAttempt* attempt : invoker_.Outstanding()) {
    if (attempt->deadline() > queue_->Now() || dice_.Chance(6)) continue;
    attempt->Complete(BackendFailure(4, "Deadline Exceeded"));
  }
}

std::optional<AttemptResult> GatherSchedule::OnStart(FakeAttempt& attempt) {
  Note([&] { return absl::StrCat("start of ", attempt.slot()); });
  if (witness_) witness_->OnStart(attempt);
  Meanwhile();
  if (dice_.Chance(16)) queue_->Advance(milliseconds(dice_.Below(10)));
  if (!dice_.Chance(5)) return std::nullopt;
  return DrawResult(&dice_, attempt.server_streaming());
}

// A slow reader is noticed when it is given something.
void GatherSchedule::OnOutcome(v1::Outcome outcome) {
  Note([&] { return outcome.ShortDebugString(); });
  outcomes_.push_back(std::move(outcome));
  if (!reader_falters_ || run_ == nullptr) return;
  if (dice_.Chance(3)) {
    Note([&] { return "the reader falters"; });
    witness_->Pause(true);
    run_->Pause(true);
  }
  if (dice_.Chance(40)) {
    Note([&] { return "the reader has gone"; });
    witness_->Cancel();
    run_->Cancel(v1::CAUSE_CALLER);
  }
}

void GatherSchedule::OnAnswer(Answer answer) {
  Note([&] { return answer.decision.ShortDebugString(); });
  run_ = nullptr;
  answer_ = std::move(answer);
}

void GatherSchedule::Rest() {
  worker_.RunUntilIdleForTest();
  if (!witness_) return;
  witness_->CheckAtRest();
  SetFault(witness_->fault());
}

// ---- the end

void GatherSchedule::Finish() {
  Rest();
  worker_.Post([this] {
    if (form_ == Form::kGroup) EndGroup();
    Pause(false);
    OthersLetGo();
    others_have_gone_ = true;
  });
  Rest();
  constexpr int kEnough = 1'000;
  for (int round = 0; !engine_->idle() && round < kEnough; ++round) {
    CompleteOne();
    if (dice_.Chance(4)) Advance(static_cast<std::uint32_t>(dice_.Below(40)));
    Rest();
    if (reader_falters_) worker_.Post([this] { Pause(false); });
  }
  if (!engine_->idle()) return SetFault("never ended");
  CheckEverythingIsBack();
}

void GatherSchedule::EndGroup() {
  if (!dice_.Chance(4)) Seal();
  if (run_ != nullptr && dice_.Chance(4)) CancelCall();
  if (run_ != nullptr && witness_->decided()) return;
  if (dice_.Chance(2)) EndEarly();
  if (dice_.Chance(4)) Cancel();
  // Whatever was refused until now, this ends it.
  if (run_ != nullptr && !witness_->sealed()) EndEarly();
}

void GatherSchedule::CheckEverythingIsBack() {
  if (invoker_.outstanding() > 0) SetFault("an attempt is outstanding");
  if (worker_.alarms()->next() != engine::kNever) SetFault("an alarm is set");
  for (std::uint32_t places = budget_ - taken_; places > 0; --places) {
    if (!options_->detached_budget->TryTake()) SetFault("a place of the budget was not given back");
  }
  if (options_->detached_budget->TryTake()) SetFault("a place of the budget was given back twice");
  if (permits_ != nullptr && permits_->snapshot().held > 0) SetFault("a permit is held");
  if (permits_ != nullptr && permits_->snapshot().waiting > 0) SetFault("somebody waits");
  if (!witness_) return;
  witness_->CheckAtEnd();
  SetFault(witness_->fault());
}

}  // namespace gather::testing
