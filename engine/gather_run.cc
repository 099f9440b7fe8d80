#include "engine/gather_run.h"

#include <grpcpp/support/slice.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "engine/ending.h"
#include "engine/observer.h"
#include "engine/policy_check.h"
#include "engine/request.h"

namespace gather::engine {
namespace {

using Phase = GatherState::Phase;
using SlotEnd = GatherState::SlotEnd;

PolicyRule ToRule(const v1::Policy& policy) {
  PolicyRule rule{policy.mode(), policy.min_successes(), std::nullopt};
  if (policy.has_max_failures()) rule.max_failures = policy.max_failures();
  return rule;
}

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

GatherRun::GatherRun(Worker* worker, Invoker* invoker, DetachedBudget* detached_budget, Plan plan,
                     RunSettings settings, AnswerSink* sink, RunOwner* owner)
    : worker_(worker),
      invoker_(invoker),
      detached_budget_(detached_budget),
      settings_(std::move(settings)),
      sink_(sink),
      owner_(owner),
      validate_only_(plan.validate_only()),
      plan_(std::move(plan)),
      checker_(std::move(plan_.adds)),
      state_(ToRule(plan_.policy)),
      limiter_(plan_.max_concurrency),
      tally_(streamed()),
      budget_(settings_.max_response_bytes),
      clock_(settings_.accepted),
      detached_(worker->alarms(), detached_budget),
      deadline_alarm_(worker->alarms(), [this] { Cancel(v1::CAUSE_GATHER_DEADLINE); }),
      queue_alarm_(worker->alarms(), [this] { Wake(); }),
      grace_alarm_(worker->alarms(), [this] {
        grace_over_ = true;
        Wake();
      }) {
  if (settings_.buffered != nullptr) MakeRoom();
}

GatherRun::~GatherRun() {
  worker_->Forget(this);
  if (turn_waiter_ != nullptr) turn_waiter_->Close();
}

void GatherRun::Start() {
  Wake();
  if (!streamed()) outcomes_.reserve(plan_.calls.size());
  if (validate_only_) return;
  if (plan_.shared_request != nullptr) {
    shared_request_ = Payload(grpc::Slice(*plan_.shared_request));
  }
  deadline_alarm_.Set(settings_.deadline);
  for (PlannedCall& call : plan_.calls) AddSlot(&call, nullptr);
  if (settings_.kind != RunKind::kGroup) state_.Seal();
  ArmQueueExpiry();
}

void GatherRun::Cancel(v1::Cause cause) {
  if (validate_only_) return;
  if (state_.Stop(cause)) OnDecided();
  if (cause != v1::CAUSE_SHUTDOWN) return;
  shut_down_ = true;
  detached_.Cancel();
}

void GatherRun::Pause(bool paused) {
  paused_ = paused;
  if (!paused) Wake();
}

// ---- groups

std::optional<Refusal> GatherRun::Add(v1::SubCall call, Payload payload) {
  auto added = std::make_unique<AddedCall>();
  added->message = std::move(call);
  added->planned.added_bytes = BytesOf(added->message, payload);
  added->planned.payload = std::move(payload);
  const std::uint32_t index = state_.size();
  if (auto refusal = checker_->CheckAdded(index, added.get())) return refusal;
  if (added->planned.shielded && detached_budget_->exhausted() && !added->planned.refusal) {
    added->planned.refusal = std::make_unique<const Refusal>(RefuseDetached());
    added->planned.fallback = nullptr;  // as where a gather is refused: nothing stands in for that
  }
  const bool placed = Place(index, &added->planned);
  PlannedCall* const planned = &added->planned;
  AddSlot(planned, std::move(added));
  slots_[index].placed = placed;
  if (state_.decided()) {
    StopSlot(index);
  } else if (planned->refusal) {
    EndSlot(index, Rejected(*planned->refusal), SlotEnd::kFailure);
  } else {
    ArmQueueExpiry();
  }
  Wake();
  return std::nullopt;
}

// Returns whether the added sub-call has a place of its own in the server's limits.
bool GatherRun::Place(std::uint32_t index, PlannedCall* call) {
  if (settings_.place == nullptr || call->refusal || state_.decided()) return false;
  auto refusal = settings_.place->Add(index, worker_->now());
  if (!refusal) return true;
  call->refusal = std::make_unique<const Refusal>(*std::move(refusal));
  call->fallback = nullptr;  // as above
  return false;
}

void GatherRun::CancelCall(absl::string_view id) {
  const std::optional<std::uint32_t> index = checker_->IndexOf(id);
  if (!index || *index >= state_.size() || state_.phase(*index) == Phase::kEnded) return;
  Slot& slot = slots_[*index];
  if (slot.call->sub_call->id() != id) return;
  if (slot.attempt == nullptr) {
    const GatherState::StopReason own{v1::CAUSE_OWN_HANDLE, std::nullopt};
    EndSlot(*index, Stopped(own, /*sent=*/false), SlotEnd::kWithdrawn);
    Wake();
  } else if (slot.cancelled_for == v1::CAUSE_UNSPECIFIED) {
    CancelAttempt(v1::CAUSE_OWN_HANDLE, &slot);
  }
}

std::optional<Refusal> GatherRun::Seal() {
  if (!state_.decided()) {
    if (auto refusal = CheckReachable(plan_.policy, state_.counting())) return refusal;
    state_.Seal();
    if (state_.decided()) OnDecided();
  }
  Wake();
  return std::nullopt;
}

void GatherRun::EndEarly() {
  if (state_.EndEarly()) OnDecided();
}

// ---- before the decision

bool GatherRun::RunQuantum() {
  bool more = true;
  if (BeginQuantum()) {
    begun_ = true;
    if (!Done()) more = state_.decided() ? StopQuantum() : LaunchQuantum();
    if (Done()) more = false;
  }
  AnswerIfDone();
  return more;
}

// Returns whether all that needs no attempt has its outcome: what was refused, and with
// validate_only everything.
bool GatherRun::BeginQuantum() {
  for (int ended = 0; next_begin_ < plan_.calls.size(); ++next_begin_) {
    const PlannedCall& call = plan_.calls[next_begin_];
    if (!validate_only_ && !call.refusal) continue;
    if (ended++ == kSlotsPerQuantum) return false;
    if (validate_only_) {
      Validate(next_begin_, call);
    } else {
      EndSlot(next_begin_, Rejected(*call.refusal), SlotEnd::kFailure);
    }
  }
  return true;
}

void GatherRun::Validate(std::uint32_t index, const PlannedCall& call) {
  Outcome outcome = call.refusal ? Rejected(*call.refusal) : Validated();
  tally_.Count(index, call, outcome);
  Tell(index, call, std::move(outcome));
}

// The room for outcomes is used as slots end, so that a queued sub-call takes a fifth less.
void GatherRun::Tell(std::uint32_t index, const PlannedCall& call, Outcome outcome) {
  if (streamed()) return Send(index, call, std::move(outcome));
  if (index >= outcomes_.size()) outcomes_.resize(index + 1);
  outcomes_[index] = std::move(outcome);
}

void GatherRun::AddSlot(PlannedCall* call, std::unique_ptr<AddedCall> added) {
  Slot slot{.call = call, .added = std::move(added), .accepted = settings_.accepted};
  Duration timeout = call->timeout.value_or(Duration::max());
  if (settings_.kind == RunKind::kGroup) {
    slot.accepted = worker_->now();
    timeout = std::min(timeout, settings_.max_timeout);
  }
  if (timeout < Duration::max()) slot.own_deadline = slot.accepted + timeout;
  if (slot.own_deadline < settings_.deadline && !call->refusal) {
    own_deadlines_.Add(slot.own_deadline, state_.size(),
                       [this](std::uint32_t index) { return Waits(index); });
  }
  slots_.Add(std::move(slot));
  state_.Add(call->requirement);
  ++queued_;
}

bool GatherRun::LaunchQuantum() {
  if (worker_->now() >= settings_.deadline) Cancel(v1::CAUSE_GATHER_DEADLINE);
  if (ExpireQuantum()) return true;
  full_ = false;
  int launched = 0;
  bool more = LaunchParked(&launched);  // they came first
  more |= LaunchNext(&launched);
  // Not while it only lacks a permit: then room and permits would go round and round.
  if (room_ != nullptr && (paused_ || queued_ == 0)) room_->PassOn();
  return more || state_.decided();
}

bool GatherRun::LaunchNext(int* launched) {
  TargetLane* asking = nullptr;  // for what was just parked there
  bool more = false;
  for (int seen = 0; *launched < kQuantum && next_launch_ < state_.size(); ++seen) {
    if (state_.decided()) return true;  // a slot that expired just now decided
    if (seen == kSlotsPerQuantum) return true;
    if (!state_.MayStart(next_launch_) || ExpiredInQueue(next_launch_)) {
      ++next_launch_;
      continue;
    }
    if (paused_ || !limiter_.available()) return more;  // woken when that has changed
    const Target& target = *slots_[next_launch_].call->target;
    TargetLane* const lane = target.permits == nullptr ? nullptr : LaneOf(target);
    if (asking != nullptr && asking != lane) {
      more |= LaunchLane(std::exchange(asking, nullptr), launched);
    } else if (lane != nullptr) {
      Park(next_launch_++, lane);
      asking = lane;
    } else if (!HasRoom(next_launch_)) {
      return more;
    } else {
      limiter_.TryAcquire();
      Launch(next_launch_++);
      ++*launched;
    }
  }
  if (asking != nullptr) more |= LaunchLane(asking, launched);
  return more || state_.decided() || next_launch_ < state_.size();
}

void GatherRun::Launch(std::uint32_t index) {
  Slot& slot = slots_[index];
  state_.Start(index);
  --queued_;
  clock_.OnStart(worker_->now());
  slot.sent = worker_->now();
  Time deadline = std::min(slot.own_deadline, settings_.deadline);
  if (slot.call->shielded) {  // a deadline cannot be moved later, so it is never the gather's
    const Duration longest = std::min(settings_.max_timeout, settings_.detached_timeout);
    const Duration timeout = std::min(slot.call->timeout.value_or(longest), longest);
    deadline = slot.own_deadline = worker_->now() + timeout;
  }
  slot.attempt = invoker_->Start({.target = slot.call->target,
                                  .method = slot.call->method,
                                  .request = TakeRequest(slot.call),
                                  .metadata = &slot.call->metadata,
                                  .forwarded = &settings_.forwarded,
                                  .deadline = deadline,
                                  .server_streaming = slot.call->server_streaming,
                                  .budget = &budget_},
                                 this, index);
}

Payload GatherRun::TakeRequest(PlannedCall* call) {
  if (call->payload.Valid()) return std::move(call->payload);
  if (call->request != nullptr) return Payload(TakeBytes(call->request));
  if (plan_.shared_request != nullptr) return shared_request_;
  return Payload(grpc::Slice());
}

bool GatherRun::ExpiredInQueue(std::uint32_t index) {
  if (!Waits(index)) return false;
  if (slots_[index].own_deadline > worker_->now()) return false;
  EndSlot(index, OwnDeadlineInQueue(), SlotEnd::kFailure);
  return true;
}

// Returns whether more have expired than fit into one quantum.
bool GatherRun::ExpireQuantum() {
  for (int seen = 0; !state_.decided() && SoonestExpiry() <= worker_->now(); ++seen) {
    if (seen == kSlotsPerQuantum) return true;
    ExpiredInQueue(own_deadlines_.Take());
  }
  ArmQueueExpiry();
  return false;
}

Time GatherRun::SoonestExpiry() {
  return own_deadlines_.Soonest([this](std::uint32_t index) { return Waits(index); });
}

void GatherRun::ArmQueueExpiry() { queue_alarm_.Set(state_.decided() ? kNever : SoonestExpiry()); }

// ---- a sub-call ends

void GatherRun::OnAttemptEnd(std::uint32_t index, AttemptResult result) {
  clock_.OnEnd(worker_->now());
  Slot& slot = slots_[index];
  slot.attempt = nullptr;
  TargetLane* const lane = slot.lane;
  TargetPermits::CallEnd end;
  const std::uint64_t reserved = slot.reserved;
  if (lane != nullptr) end = ToCallEnd(slot, result);
  if (state_.phase(index) == Phase::kEnded) {
    OnLateEnd(index, result);
  } else {
    Judgement judged = JudgeEnd(slot, &result);
    if (judged.gather_expired) Cancel(v1::CAUSE_GATHER_DEADLINE);
    judged.outcome.timing.peer = std::move(result.peer);
    EndSlot(index, std::move(judged.outcome), judged.end);
  }
  limiter_.Release();
  if (reserved > 0) room_->Release(reserved);
  if (lane != nullptr) lane->Release(end);  // what this end decided is decided before
  if (!state_.decided() && queued_ > 0) Wake();
  AnswerIfDone();
}

Judgement GatherRun::JudgeEnd(const Slot& slot, AttemptResult* result) {
  if (result->code == 0 && room_ != nullptr) LearnSize(*slot.call, *result);
  if (result->code == 0 && !TakeReply(result)) {
    return {TotalReplyTooLarge(result, budget_.limit()), SlotEnd::kFailure};
  }
  SentCall sent{slot.own_deadline, settings_.deadline, {}};
  if (slot.call->shielded) sent.gather_deadline = kNever;
  if (slot.cancelled_for != v1::CAUSE_UNSPECIFIED) sent.stop = ReasonToStop(slot);
  return Judge(sent, worker_->now(), result);
}

// Outcomes that are streamed away are bounded by what their reader has not read yet. What a stream
// has reserved while it came goes with them, but not as long as the reader is slow.
bool GatherRun::TakeReply(AttemptResult* result) {
  if (!streamed()) {
    return result->replies != nullptr || budget_.TryTake(result->reply.Length());
  }
  if (result->replies != nullptr) budget_.Release(result->replies->counted());
  return true;
}

// A small request may name one fallback for many calls: its bytes count as a reply's do.
bool GatherRun::FallBack(const PlannedCall& call, Outcome* outcome) {
  if (call.fallback == nullptr) return false;
  const std::uint64_t bytes = streamed() ? 0 : call.fallback->response().size();
  return budget_.Fits(bytes) &&
         ApplyFallback(*call.fallback, FallbackBytes(*call.fallback), call.server_streaming,
                       outcome) &&
         budget_.TryTake(bytes);
}

// The defaults' one stands in for many calls, but is there once.
grpc::Slice GatherRun::FallbackBytes(const v1::Fallback& fallback) {
  if (&fallback != &plan_.request->defaults().fallback()) return grpc::Slice(fallback.response());
  if (!shared_fallback_) shared_fallback_.emplace(fallback.response());
  return *shared_fallback_;
}

void GatherRun::EndSlot(std::uint32_t index, Outcome outcome, SlotEnd end) {
  Slot& slot = slots_[index];
  const PlannedCall& call = *slot.call;
  if (end == SlotEnd::kFailure && FallBack(call, &outcome)) end = SlotEnd::kSuccess;
  if (slot.sent == kPast) --queued_;
  if (slot.sent == kPast && slot.lane != nullptr) slot.lane->Forget(WaitsNow());
  SetTiming(slot, &outcome);
  tally_.Count(index, call, outcome);
  const bool decided = state_.End(index, end);
  if (checker_ != nullptr) checker_->Forget(call.sub_call->id());
  Tell(index, call, std::move(outcome));
  if (slot.attempt == nullptr) ReleaseSlot(index);
  if (decided) OnDecided();
}

// Nothing of it is in flight any more.
void GatherRun::ReleaseSlot(std::uint32_t index) {
  if (settings_.place != nullptr && slots_[index].placed) settings_.place->EndCall();
  slots_.Release(index);
}

void GatherRun::Send(std::uint32_t index, const PlannedCall& call, Outcome outcome) {
  if (Observer* const observer = settings_.observer) {
    observer->OnOutcome(settings_, index, call, outcome, worker_->now());
  }
  sink_->OnOutcome(index, call, std::move(outcome));
}

void GatherRun::SetTiming(const Slot& slot, Outcome* outcome) {
  Timing* const timing = &outcome->timing;
  const Duration since = worker_->now() - slot.accepted;
  if (outcome->disposition != v1::DISPOSITION_DETACHED) timing->finished = since;
  if (slot.sent == kPast) {
    timing->queued = since;
    return;
  }
  timing->queued = timing->started = slot.sent - slot.accepted;
  timing->attempts = 1;
  const bool won = outcome->disposition == v1::DISPOSITION_SUCCEEDED && !outcome->from_fallback;
  timing->winning_attempt = won ? 1 : 0;
}

void GatherRun::OnDecided() {
  LeaveLanes();
  if (room_ != nullptr) room_->Leave();
  deadline_alarm_.Cancel();
  queue_alarm_.Cancel();
  if (state_.decision()->status_of) tally_.KeepForStatus(*state_.decision()->status_of);
  Wake();
}

}  // namespace gather::engine
