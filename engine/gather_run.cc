#include "engine/gather_run.h"

#include <grpcpp/support/slice.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>

#include "engine/ending.h"
#include "engine/summary.h"

namespace gather::engine {
namespace {

constexpr int kOk = 0;
constexpr int kCancelled = 1;
constexpr int kDeadlineExceeded = 4;

// A DEADLINE_EXCEEDED that comes so shortly before a deadline belongs to it, whoever said it.
constexpr Duration kDeadlineTolerance = std::chrono::milliseconds(10);

// Slots that need no cancel are stopped by the way, but not without end in one quantum.
constexpr int kSlotsPerStopQuantum = 1024;

PolicyRule ToRule(const v1::Policy& policy) {
  PolicyRule rule{policy.mode(), policy.min_successes(), std::nullopt};
  if (policy.has_max_failures()) rule.max_failures = policy.max_failures();
  return rule;
}

grpc::ByteBuffer OneSlice(const grpc::Slice& slice) { return grpc::ByteBuffer(&slice, 1); }

// Moves the string's bytes into a slice: a parsed field becomes what is sent, uncopied.
grpc::Slice TakeBytes(std::string* bytes) {
  constexpr std::size_t kCopiedInline = 256;  // cheaper to copy than to own
  if (bytes->size() <= kCopiedInline) return grpc::Slice(*bytes);
  auto* const owned = new std::string(std::move(*bytes));
  return grpc::Slice(
      owned->data(), owned->size(), [](void* owner) { delete static_cast<std::string*>(owner); },
      owned);
}

}  // namespace

GatherRun::GatherRun(Worker* worker, Invoker* invoker, Plan plan, RunSettings settings,
                     AnswerSink* sink, RunOwner* owner)
    : worker_(worker),
      invoker_(invoker),
      settings_(std::move(settings)),
      sink_(sink),
      owner_(owner),
      validate_only_(plan.validate_only()),
      plan_(std::move(plan)),
      state_(ToRule(plan_.policy)),
      limiter_(plan_.max_concurrency),
      slots_(plan_.calls.size()),
      outcomes_(plan_.calls.size()),
      deadline_alarm_(worker->alarms(), [this] { OnDeadline(); }),
      queue_alarm_(worker->alarms(), [this] { OnQueueExpiry(); }),
      grace_alarm_(worker->alarms(), [this] { OnGraceOver(); }),
      idle_since_(settings_.accepted) {
  for (const PlannedCall& call : plan_.calls) state_.Add(call.requirement);
}

GatherRun::~GatherRun() { worker_->Forget(this); }

void GatherRun::Start() {
  worker_->Schedule(this);
  if (validate_only_) return Validate();
  if (plan_.shared_request != nullptr) {
    shared_request_ = OneSlice(grpc::Slice(*plan_.shared_request));
  }
  state_.Seal();
  RejectRefused();
  if (state_.decided()) return;
  deadline_alarm_.Set(settings_.deadline);
  for (std::uint32_t slot = 0; slot < state_.size(); ++slot) {
    const Time own = OwnDeadline(slot);
    if (own < settings_.deadline) own_deadlines_.emplace_back(own, slot);
  }
  std::make_heap(own_deadlines_.begin(), own_deadlines_.end(), std::greater<>());
  ArmQueueExpiry();
}

void GatherRun::Cancel(v1::Cause cause) {
  if (!validate_only_ && state_.Stop(cause)) OnDecided();
}

bool GatherRun::RunQuantum() {
  bool more = false;
  if (!Done()) more = state_.decided() ? StopQuantum() : LaunchQuantum();
  if (Done()) more = false;
  AnswerIfDone();
  return more;
}

// ---- before the decision

void GatherRun::Validate() {
  for (std::uint32_t slot = 0; slot < state_.size(); ++slot) {
    const PlannedCall& call = plan_.calls[slot];
    outcomes_[slot] = call.refusal ? Rejected(*call.refusal) : Validated();
  }
}

void GatherRun::RejectRefused() {
  for (std::uint32_t slot = 0; slot < state_.size() && !state_.decided(); ++slot) {
    const PlannedCall& call = plan_.calls[slot];
    if (call.refusal) EndSlot(slot, Rejected(*call.refusal), GatherState::SlotEnd::kFailure);
  }
}

bool GatherRun::LaunchQuantum() {
  if (worker_->now() >= settings_.deadline) OnDeadline();
  for (int launched = 0; launched < kQuantum && next_launch_ < state_.size(); ++next_launch_) {
    if (state_.decided()) return true;  // a slot that expired just now decided
    if (!state_.MayStart(next_launch_)) continue;
    if (ExpiredInQueue(next_launch_)) continue;
    if (!limiter_.TryAcquire()) return false;  // scheduled again when a permit comes back
    Launch(next_launch_);
    ++launched;
  }
  return state_.decided() || next_launch_ < state_.size();
}

void GatherRun::Launch(std::uint32_t slot) {
  PlannedCall* const call = &plan_.calls[slot];
  state_.Start(slot);
  if (in_flight_++ == 0) idle_ += worker_->now() - idle_since_;
  Timing* const timing = &outcomes_[slot].timing;
  timing->queued = timing->started = SinceAccepted();
  timing->attempts = 1;
  slots_[slot].attempt =
      invoker_->Start({.target = call->target,
                       .method = call->method,
                       .request = TakeRequest(call),
                       .metadata = &call->metadata,
                       .deadline = std::min(OwnDeadline(slot), settings_.deadline)},
                      this, slot);
}

grpc::ByteBuffer GatherRun::TakeRequest(PlannedCall* call) {
  if (call->request != nullptr) return OneSlice(TakeBytes(call->request));
  if (plan_.shared_request != nullptr) return shared_request_;
  return OneSlice(grpc::Slice());
}

// ---- deadlines

Time GatherRun::OwnDeadline(std::uint32_t slot) const {
  const auto& timeout = plan_.calls[slot].timeout;
  return timeout ? settings_.accepted + *timeout : kNever;
}

void GatherRun::OnDeadline() { Cancel(v1::CAUSE_GATHER_DEADLINE); }

bool GatherRun::ExpiredInQueue(std::uint32_t slot) {
  if (state_.phase(slot) != GatherState::Phase::kQueued) return false;
  if (OwnDeadline(slot) > worker_->now()) return false;
  EndSlot(slot, OwnDeadlineInQueue(), GatherState::SlotEnd::kFailure);
  return true;
}

void GatherRun::OnQueueExpiry() {
  while (!state_.decided() && !own_deadlines_.empty() &&
         own_deadlines_.front().first <= worker_->now()) {
    ExpiredInQueue(own_deadlines_.front().second);
    std::pop_heap(own_deadlines_.begin(), own_deadlines_.end(), std::greater<>());
    own_deadlines_.pop_back();
  }
  ArmQueueExpiry();
  if (Done()) worker_->Schedule(this);  // not here: the run would end inside its own alarm
}

void GatherRun::ArmQueueExpiry() {
  while (!own_deadlines_.empty() &&
         state_.phase(own_deadlines_.front().second) != GatherState::Phase::kQueued) {
    std::pop_heap(own_deadlines_.begin(), own_deadlines_.end(), std::greater<>());
    own_deadlines_.pop_back();
  }
  const bool waiting = !state_.decided() && !own_deadlines_.empty();
  queue_alarm_.Set(waiting ? own_deadlines_.front().first : kNever);
}

// ---- a sub-call ends

void GatherRun::OnAttemptEnd(std::uint32_t slot, AttemptResult result) {
  slots_[slot].attempt = nullptr;
  if (--in_flight_ == 0) idle_since_ = worker_->now();
  if (state_.phase(slot) != GatherState::Phase::kEnded) {
    auto [outcome, end] = Judge(slot, &result);
    outcome.timing = std::move(outcomes_[slot].timing);
    if (outcome.disposition == v1::DISPOSITION_SUCCEEDED && !outcome.from_fallback) {
      outcome.timing.winning_attempt = 1;
    }
    outcome.timing.peer = std::move(result.peer);
    EndSlot(slot, std::move(outcome), end);
  }
  limiter_.Release();
  if (!state_.decided() && next_launch_ < state_.size()) worker_->Schedule(this);
  AnswerIfDone();
}

std::pair<Outcome, GatherState::SlotEnd> GatherRun::Judge(std::uint32_t slot,
                                                          AttemptResult* result) {
  using End = GatherState::SlotEnd;
  if (result->code == kOk) {
    const std::uint64_t total = response_bytes_ + result->reply.Length();
    if (total > settings_.max_response_bytes) {
      return {TotalReplyTooLarge(result, settings_.max_response_bytes), End::kFailure};
    }
    response_bytes_ = total;
    return {Succeeded(result), End::kSuccess};
  }
  if (result->code == kCancelled && slots_[slot].cancelled) {
    return {Stopped(state_.stop(), /*sent=*/true), End::kStopped};
  }
  const Time effective = std::min(OwnDeadline(slot), settings_.deadline);
  if (result->code == kDeadlineExceeded && effective != kNever &&
      worker_->now() >= effective - kDeadlineTolerance) {
    return JudgeDeadline(slot, result);
  }
  return {Failed(result), End::kFailure};
}

std::pair<Outcome, GatherState::SlotEnd> GatherRun::JudgeDeadline(std::uint32_t slot,
                                                                  AttemptResult* result) {
  if (OwnDeadline(slot) < settings_.deadline) {
    return {engine::OwnDeadline(*result), GatherState::SlotEnd::kFailure};
  }
  Cancel(v1::CAUSE_GATHER_DEADLINE);
  return {Stopped({v1::CAUSE_GATHER_DEADLINE, std::nullopt}, /*sent=*/true),
          GatherState::SlotEnd::kStopped};
}

void GatherRun::EndSlot(std::uint32_t slot, Outcome outcome, GatherState::SlotEnd end) {
  if (end == GatherState::SlotEnd::kFailure && FallBack(slot, &outcome)) {
    end = GatherState::SlotEnd::kSuccess;
  }
  const bool sent = state_.phase(slot) == GatherState::Phase::kRunning;
  if (!sent) outcome.timing.queued = SinceAccepted();
  outcome.timing.finished = SinceAccepted();
  outcomes_[slot] = std::move(outcome);
  last_ended_ = slot;
  if (state_.End(slot, end)) OnDecided();
}

// A small request may name one fallback for many calls: its bytes count as a reply's do.
bool GatherRun::FallBack(std::uint32_t slot, Outcome* outcome) {
  const v1::Fallback* const fallback = plan_.calls[slot].fallback;
  if (fallback == nullptr) return false;
  const std::uint64_t total = response_bytes_ + fallback->response().size();
  if (total > settings_.max_response_bytes || !ApplyFallback(*fallback, outcome)) return false;
  response_bytes_ = total;
  return true;
}

// ---- after the decision

void GatherRun::OnDecided() {
  deadline_alarm_.Cancel();
  queue_alarm_.Cancel();
  if (!Done()) worker_->Schedule(this);
}

bool GatherRun::StopQuantum() {
  int cancelled = 0;
  int seen = 0;
  for (; next_stop_ < state_.size(); ++next_stop_) {
    if (cancelled == kQuantum || seen++ == kSlotsPerStopQuantum) return true;
    Slot& slot = slots_[next_stop_];
    if (state_.phase(next_stop_) == GatherState::Phase::kQueued) StopSlot(next_stop_);
    if (slot.attempt == nullptr || slot.cancelled) continue;
    slot.cancelled = true;
    slot.attempt->Cancel();
    ++cancelled;
  }
  if (!state_.done()) grace_alarm_.Set(worker_->now() + settings_.cancel_grace);
  return false;
}

void GatherRun::StopSlot(std::uint32_t slot) {
  const bool sent = state_.phase(slot) == GatherState::Phase::kRunning;
  Outcome outcome = Stopped(state_.stop(), sent);
  outcome.timing = std::move(outcomes_[slot].timing);
  EndSlot(slot, std::move(outcome), GatherState::SlotEnd::kStopped);
}

void GatherRun::OnGraceOver() {
  for (std::uint32_t slot = 0; slot < state_.size(); ++slot) {
    if (state_.phase(slot) != GatherState::Phase::kEnded) StopSlot(slot);
  }
  AnswerIfDone();
}

void GatherRun::AnswerIfDone() {
  if (Done() && !answered_) {
    answered_ = true;
    deadline_alarm_.Cancel();
    queue_alarm_.Cancel();
    grace_alarm_.Cancel();
    worker_->Forget(this);
    sink_->OnAnswer(MakeAnswer());
  }
  EndIfIdle();
}

Answer GatherRun::MakeAnswer() {
  if (in_flight_ == 0) idle_ += worker_->now() - idle_since_;
  Answer answer;
  answer.gather_id = settings_.gather_id;
  answer.plan = std::move(plan_);
  answer.outcomes = std::move(outcomes_);
  if (state_.decided()) SetDecision(state_, settings_.deadline - settings_.accepted, &answer);
  SetSummary(SinceAccepted(), idle_, &answer);
  if (state_.decided() && state_.size() > 0) answer.summary.set_straggler(last_ended_);
  return answer;
}

// The last thing that every event does: the run may be gone afterwards.
void GatherRun::EndIfIdle() {
  if (answered_ && in_flight_ == 0) owner_->OnRunEnded(this);
}

}  // namespace gather::engine
