// What a run does from its decision to its end.

#include <algorithm>
#include <utility>

#include "engine/ending.h"
#include "engine/gather_run.h"
#include "engine/observer.h"
#include "engine/summary.h"

namespace gather::engine {

namespace {

using SlotEnd = GatherState::SlotEnd;

}  // namespace

// ---- stopping the rest

bool GatherRun::StopQuantum() {
  if (grace_over_) return GiveUpQuantum();
  int stopped = 0;
  int seen = 0;
  for (;; ++next_stop_) {
    next_stop_ = state_.NextOpen(next_stop_);
    if (next_stop_ == state_.size()) break;
    if (stopped == kQuantum || seen++ == kSlotsPerQuantum) return true;
    Slot& slot = slots_[next_stop_];
    if (slot.attempt == nullptr) {
      StopSlot(next_stop_);
    } else {
      StopRunning(next_stop_, &slot);
      ++stopped;
    }
  }
  // Counted from the first time that all was told to stop, whoever wakes the run later.
  const bool counting = grace_alarm_.time() != kNever;
  if (!state_.done() && !counting) grace_alarm_.Set(worker_->now() + settings_.cancel_grace);
  return false;
}

void GatherRun::StopRunning(std::uint32_t index, Slot* slot) {
  if (slot->cancelled_for != v1::CAUSE_UNSPECIFIED) return;
  v1::Cause cause = state_.stop().cause;
  if (MayOutlive(*slot)) {
    if (!shut_down_ && detached_.TryDetach(index, *slot->call, slot->attempt)) {
      EndSlot(index, Detached(), SlotEnd::kStopped);
      slot->call = nullptr;
      slot->added.reset();
      return;
    }
    cause = shut_down_ ? v1::CAUSE_SHUTDOWN : v1::CAUSE_LIMIT;
  }
  CancelAttempt(cause, slot);
}

void GatherRun::CancelAttempt(v1::Cause cause, Slot* slot) {
  slot->cancelled_for = cause;
  slot->attempt->Cancel();
  if (settings_.observer != nullptr) settings_.observer->OnCancel(cause);
}

bool GatherRun::MayOutlive(const Slot& slot) const {
  const bool lets_siblings_run =
      plan_.policy.mode() == v1::MODE_PROPAGATE && state_.stop().cause == v1::CAUSE_SIBLING_FAILED;
  return slot.call->shielded || lets_siblings_run;
}

void GatherRun::StopSlot(std::uint32_t index) {
  const bool sent = state_.phase(index) == GatherState::Phase::kRunning;
  EndSlot(index, Stopped(ReasonToStop(slots_[index]), sent), SlotEnd::kStopped);
}

GatherState::StopReason GatherRun::ReasonToStop(const Slot& slot) const {
  const bool apart =
      slot.cancelled_for != v1::CAUSE_UNSPECIFIED && slot.cancelled_for != state_.stop().cause;
  return apart ? GatherState::StopReason{slot.cancelled_for, std::nullopt} : state_.stop();
}

// It was detached, or outlasted the cancel grace.
void GatherRun::OnLateEnd(std::uint32_t index, const AttemptResult& result) {
  ReleaseSlot(index);
  std::optional<Failure> failure = detached_.OnEnd(index, result);
  if (failure) owner_->OnDetachedFailure({settings_.gather_id, *std::move(failure)});
}

// What has been told to stop and has not ended is not waited for any longer.
bool GatherRun::GiveUpQuantum() {
  std::uint32_t index = 0;
  for (int seen = 0; (index = state_.NextOpen(index)) < state_.size(); ++seen) {
    if (seen == kSlotsPerQuantum) return true;
    StopSlot(index);
  }
  return false;
}

// ---- the answer

void GatherRun::AnswerIfDone() {
  if (Done() && !answered_) {
    answered_ = true;
    if (settings_.place != nullptr) settings_.place->Answer();
    deadline_alarm_.Cancel();
    queue_alarm_.Cancel();
    grace_alarm_.Cancel();
    worker_->Forget(this);
    if (!detached_.empty()) detached_.CancelAt(worker_->now() + settings_.detached_timeout);
    Answer answer = MakeAnswer();
    if (Observer* const observer = settings_.observer) {
      observer->OnAnswer(settings_, answer, worker_->now());
    }
    sink_->OnAnswer(std::move(answer));
  }
  EndIfIdle();
}

Answer GatherRun::MakeAnswer() {
  Answer answer;
  answer.gather_id = settings_.gather_id;
  if (checker_ != nullptr && checker_->clamped()) plan_.clamped = true;
  answer.plan = std::move(plan_);
  answer.outcomes = std::move(outcomes_);
  if (room_ != nullptr && !streamed()) answer.held = room_->TakeKept();
  if (streamed()) answer.total_failures = tally_.failures();
  if (streamed()) answer.failures = tally_.TakeFailures();
  if (state_.decided()) {
    SetDecision(state_, tally_, settings_.deadline - settings_.accepted, &answer);
  }
  answer.straggler_wait = clock_.StragglerWait();
  SetSummary(tally_, worker_->now() - settings_.accepted, clock_.Idle(worker_->now()), &answer);
  return answer;
}

// The last thing that every event does: the run may be gone afterwards.
void GatherRun::EndIfIdle() {
  if (answered_ && clock_.outstanding() == 0) owner_->OnRunEnded(this);
}

}  // namespace gather::engine
