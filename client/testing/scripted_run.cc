#include "gather/testing/scripted_run.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gather/duration.h"
#include "gather/refusal.h"

namespace gather::testing::internal {
namespace {

using ::gather::engine::EndKind;

v1::SubCall Merge(const v1::SubCall& defaults, const v1::SubCall& call) {
  v1::SubCall merged = defaults;
  if (call.has_timeout()) merged.clear_timeout();
  if (call.has_fallback()) merged.clear_fallback();
  auto& metadata = *merged.mutable_metadata();
  const auto named_by_call = [&call](const v1::Metadata& entry) {
    return std::any_of(call.metadata().begin(), call.metadata().end(),
                       [&entry](const v1::Metadata& own) { return own.key() == entry.key(); });
  };
  metadata.erase(std::remove_if(metadata.begin(), metadata.end(), named_by_call), metadata.end());
  merged.MergeFrom(call);
  return merged;
}

void Write(absl::Duration duration, google::protobuf::Duration* proto) {
  proto->set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &duration));
  proto->set_nanos(static_cast<std::int32_t>(absl::ToInt64Nanoseconds(duration)));
}

v1::Outcome Ours(v1::Disposition disposition, v1::Cause cause, absl::StatusCode code,
                 absl::string_view message) {
  v1::Outcome outcome;
  outcome.set_disposition(disposition);
  outcome.set_cause(cause);
  outcome.set_origin(v1::ORIGIN_ORCHESTRATOR);
  outcome.set_delivery(v1::DELIVERY_EFFECT_UNKNOWN);
  const bool unsent =
      disposition == v1::DISPOSITION_NOT_STARTED || disposition == v1::DISPOSITION_REJECTED;
  if (unsent) outcome.set_delivery(v1::DELIVERY_NEVER_SENT);
  outcome.mutable_status()->set_code(static_cast<int>(code));
  outcome.mutable_status()->set_message(std::string(message));
  return outcome;
}

bool Covers(const v1::Fallback& fallback, int code) {
  return fallback.codes().empty() || std::find(fallback.codes().begin(), fallback.codes().end(),
                                               code) != fallback.codes().end();
}

// A real failure becomes the call's fallback, where it has one that matches.
EndKind ApplyFallback(const v1::SubCall& call, v1::Outcome* outcome) {
  if (outcome->disposition() == v1::DISPOSITION_SUCCEEDED) return EndKind::kSuccess;
  if (!call.has_fallback() || !Covers(call.fallback(), outcome->status().code())) {
    return EndKind::kFailure;
  }
  outcome->set_disposition(v1::DISPOSITION_SUCCEEDED);
  outcome->clear_cause();
  outcome->set_from_fallback(true);
  outcome->set_response(call.fallback().response());
  return EndKind::kSuccess;
}

void Count(const v1::Outcome& outcome, v1::Summary* counts) {
  switch (outcome.disposition()) {
    case v1::DISPOSITION_SUCCEEDED:
      return counts->set_succeeded(counts->succeeded() + 1);
    case v1::DISPOSITION_FAILED:
      return counts->set_failed(counts->failed() + 1);
    case v1::DISPOSITION_CANCELLED:
      return counts->set_cancelled(counts->cancelled() + 1);
    case v1::DISPOSITION_NOT_STARTED:
      return counts->set_not_started(counts->not_started() + 1);
    case v1::DISPOSITION_REJECTED:
      return counts->set_rejected(counts->rejected() + 1);
    default:
      return counts->set_detached(counts->detached() + 1);
  }
}

std::uint32_t Needed(const v1::Policy& policy) {
  if (policy.mode() == v1::MODE_QUORUM) return policy.min_successes();
  return policy.mode() == v1::MODE_ANY || policy.mode() == v1::MODE_RACE ? 1 : 0;
}

engine::PolicyRule RuleOf(const v1::Policy& policy) {
  engine::PolicyRule rule;
  if (policy.mode() != v1::MODE_UNSPECIFIED) rule.mode = policy.mode();
  rule.min_successes = policy.min_successes();
  if (policy.has_max_failures()) rule.max_failures = policy.max_failures();
  return rule;
}

}  // namespace

ScriptedRun::ScriptedRun(Plan plan, Scripts scripts)
    : plan_(std::move(plan)), scripts_(std::move(scripts)), policy_(RuleOf(plan_.policy)) {}

void ScriptedRun::Add(const v1::SubCall& call) {
  Slot& slot = slots_.emplace_back();
  slot.index = static_cast<std::uint32_t>(slots_.size() - 1);
  slot.call = Merge(plan_.defaults, call);
  slot.added = now_;
  if (slot.call.has_timeout()) {
    slot.deadline = now_ + gather::internal::FromProto(slot.call.timeout());
  }
  if (slot.call.requirement() != v1::REQUIREMENT_OPTIONAL) ++counting_;
  policy_.Add(slot.call.requirement());
}

absl::Status ScriptedRun::Seal() {
  if (counting_ < Needed(plan_.policy)) {
    return gather::internal::MakeRefusal(
        absl::StatusCode::kInvalidArgument, "BAD_POLICY", "policy",
        absl::StrCat(counting_, " sub-calls that count are too few"));
  }
  policy_.Seal();
  if (policy_.decision().has_value()) TakeDecision(v1::CAUSE_DECIDED);
  return absl::OkStatus();
}

void ScriptedRun::Withdraw(const std::string& id) {
  for (Slot& slot : slots_) {
    const bool named =
        slot.call.id().empty() ? absl::StrCat(slot.index) == id : slot.call.id() == id;
    if (!named || slot.phase == Phase::kEnded) continue;
    return End(&slot, Stopped(slot, v1::CAUSE_OWN_HANDLE), EndKind::kWithdrawn);
  }
}

void ScriptedRun::EndEarly() {
  if (done()) return;
  policy_.EndEarly();
  TakeDecision(v1::CAUSE_GROUP_ENDED);
}

void ScriptedRun::Run() {
  while (!done() && Step()) {
  }
}

std::vector<v1::Outcome> ScriptedRun::TakeEnded() { return std::exchange(ended_, {}); }

v1::Summary ScriptedRun::summary(const std::string& gather_id) const {
  v1::Summary summary = counts_;
  summary.set_gather_id(gather_id);
  Write(now_, summary.mutable_elapsed());
  *summary.mutable_decision() = *decision_;
  return summary;
}

// One event. False: none can come.
bool ScriptedRun::Step() {
  if (StartNext()) return true;
  const bool all_ended = std::all_of(slots_.begin(), slots_.end(),
                                     [](const Slot& slot) { return slot.phase == Phase::kEnded; });
  if (all_ended) return false;
  Slot* const next = NextToEnd();
  const absl::Duration next_end =
      next == nullptr ? absl::InfiniteDuration() : std::min(next->ends_at, next->deadline);
  if (next_end == absl::InfiniteDuration() && plan_.timeout == absl::InfiniteDuration()) {
    return false;
  }
  if (plan_.timeout < next_end) {
    now_ = std::max(now_, plan_.timeout);
    Expire();
  } else {
    now_ = std::max(now_, next_end);
    EndAtItsTime(next);
  }
  return true;
}

bool ScriptedRun::StartNext() {
  if (plan_.max_concurrency > 0 && running_ >= plan_.max_concurrency) return false;
  const auto queued = std::find_if(slots_.begin(), slots_.end(),
                                   [](const Slot& slot) { return slot.phase == Phase::kQueued; });
  if (queued == slots_.end()) return false;
  ScriptedMethod* const script = scripts_(queued->call);
  if (script == nullptr) {
    End(&*queued,
        Ours(v1::DISPOSITION_REJECTED, v1::CAUSE_UNSPECIFIED, absl::StatusCode::kNotFound,
             absl::StrCat("there is no script for ", queued->call.target(), " ",
                          queued->call.method())),
        EndKind::kFailure);
    return true;
  }
  queued->phase = Phase::kRunning;
  queued->started = now_;
  ++running_;
  absl::Duration time;
  std::tie(queued->answer, time) = script->Take(queued->call);
  queued->ends_at = now_ + time;
  return true;
}

// The first in time, of several the first in order.
ScriptedRun::Slot* ScriptedRun::NextToEnd() {
  Slot* next = nullptr;
  absl::Duration next_end = absl::InfiniteDuration();
  for (Slot& slot : slots_) {
    const absl::Duration end = std::min(slot.ends_at, slot.deadline);
    if (slot.phase == Phase::kEnded || end >= next_end) continue;
    next = &slot;
    next_end = end;
  }
  return next;
}

// A result that is there at the deadline wins.
void ScriptedRun::EndAtItsTime(Slot* slot) {
  if (slot->ends_at <= slot->deadline) return End(slot, slot->answer, EndKind::kFailure);
  const bool sent = slot->phase == Phase::kRunning;
  End(slot,
      Ours(sent ? v1::DISPOSITION_FAILED : v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SUB_CALL_DEADLINE,
           absl::StatusCode::kDeadlineExceeded, "its own timeout passed"),
      EndKind::kFailure);
}

void ScriptedRun::End(Slot* slot, v1::Outcome outcome, EndKind kind) {
  if (kind != EndKind::kWithdrawn) kind = ApplyFallback(slot->call, &outcome);
  Finish(slot, std::move(outcome));
  if (done()) return;
  policy_.End(slot->index, slot->call.requirement(), kind);
  if (!policy_.decision().has_value()) return;
  TakeDecision(policy_.decision()->by_failure ? v1::CAUSE_SIBLING_FAILED : v1::CAUSE_DECIDED);
}

void ScriptedRun::Finish(Slot* slot, v1::Outcome outcome) {
  const bool sent = slot->phase == Phase::kRunning;
  if (sent) --running_;
  slot->phase = Phase::kEnded;
  slot->status = outcome.status();
  outcome.set_index(slot->index);
  outcome.set_id(slot->call.id().empty() ? absl::StrCat(slot->index) : slot->call.id());
  v1::Timing& timing = *outcome.mutable_timing();
  timing.mutable_queued();
  if (sent) {
    Write(slot->started - slot->added, timing.mutable_started());
    timing.set_attempts(1);
  }
  if (outcome.disposition() != v1::DISPOSITION_DETACHED) {
    Write(now_ - slot->added, timing.mutable_finished());
    counts_.set_straggler(slot->index);
  }
  if (outcome.delivery() == v1::DELIVERY_ANSWERED) timing.set_winning_attempt(1);
  Count(outcome, &counts_);
  ended_.push_back(std::move(outcome));
}

void ScriptedRun::TakeDecision(v1::Cause cause) {
  const engine::PolicyDecision& decided = *policy_.decision();
  decision_.emplace();
  decision_->set_verdict(decided.verdict);
  if (decided.decided_by.has_value()) decision_->set_decided_by(*decided.decided_by);
  if (decided.status_of.has_value()) {
    *decision_->mutable_status() = slots_[*decided.status_of].status;
  } else if (decided.verdict == v1::VERDICT_FAILED) {
    decision_->mutable_status()->set_code(static_cast<int>(absl::StatusCode::kCancelled));
    decision_->mutable_status()->set_message("ended before the policy was satisfied");
  }
  StopRest(cause);
}

void ScriptedRun::Expire() {
  decision_.emplace();
  decision_->set_verdict(v1::VERDICT_DEADLINE_EXCEEDED);
  decision_->mutable_status()->set_code(static_cast<int>(absl::StatusCode::kDeadlineExceeded));
  decision_->mutable_status()->set_message("the gather's timeout passed");
  StopRest(v1::CAUSE_GATHER_DEADLINE);
}

void ScriptedRun::StopRest(v1::Cause cause) {
  const bool runs_on =
      plan_.policy.mode() == v1::MODE_PROPAGATE && cause == v1::CAUSE_SIBLING_FAILED;
  for (Slot& slot : slots_) {
    if (slot.phase == Phase::kEnded) continue;
    if (slot.phase == Phase::kRunning && (runs_on || slot.call.shielded())) {
      v1::Outcome detached;
      detached.set_disposition(v1::DISPOSITION_DETACHED);
      detached.set_delivery(v1::DELIVERY_EFFECT_UNKNOWN);
      Finish(&slot, std::move(detached));
    } else {
      Finish(&slot, Stopped(slot, cause));
    }
  }
}

v1::Outcome ScriptedRun::Stopped(const Slot& slot, v1::Cause cause) const {
  const bool sent = slot.phase == Phase::kRunning;
  const bool expired = cause == v1::CAUSE_GATHER_DEADLINE;
  v1::Outcome outcome =
      Ours(sent ? v1::DISPOSITION_CANCELLED : v1::DISPOSITION_NOT_STARTED, cause,
           expired ? absl::StatusCode::kDeadlineExceeded : absl::StatusCode::kCancelled, "stopped");
  const bool by_sibling = cause == v1::CAUSE_SIBLING_FAILED || cause == v1::CAUSE_DECIDED;
  if (by_sibling && decision_->has_decided_by()) outcome.set_caused_by(decision_->decided_by());
  return outcome;
}

}  // namespace gather::testing::internal
