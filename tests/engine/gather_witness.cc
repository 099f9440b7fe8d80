#include "tests/engine/gather_witness.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/engine/expected_outcome.h"

namespace gather::testing {
namespace {

using engine::Time;
using SlotEnd = engine::GatherState::SlotEnd;

}  // namespace

GatherWitness::GatherWitness(const Setting& setting)
    : setting_(setting),
      accepted_(setting.worker->now()),
      model_(setting.rule),
      deadline_(setting.worker->alarms(), [this] { model_.Stop(v1::CAUSE_GATHER_DEADLINE); }),
      idle_since_(accepted_) {
  deadline_.Set(setting.deadline);
}

void GatherWitness::SetFault(const std::string& fault) {
  if (fault_.empty()) fault_ = fault;
}

// ---- the door

void GatherWitness::Add(v1::SubCall call, std::optional<int> refusal_code,
                        bool fallback_heeds_refusal) {
  SubCallRecord record;
  record.index = static_cast<std::uint32_t>(records_.size());
  record.call = std::move(call);
  record.refusal_code = refusal_code;
  record.fallback_heeds_refusal = fallback_heeds_refusal;
  record.accepted = now();
  if (setting_.group) record.own_deadline = now() + setting_.max_timeout;
  if (record.call.has_timeout()) record.own_deadline = now() + TimeoutOf(record);
  model_.Add(record.call.requirement());
  records_.push_back(std::move(record));
}

bool GatherWitness::Seal() {
  if (!decided() && !model_.reachable()) return true;
  model_.Seal();
  sealed_ = true;
  return false;
}

void GatherWitness::ShutDown() {
  shut_down_ = true;
  model_.Stop(v1::CAUSE_SHUTDOWN);
}

void GatherWitness::CancelCall(absl::string_view id) {
  SubCallRecord* const record = FindOpen(id);
  if (record != nullptr && !record->asked_to_stop) record->withdrawn = true;
}

SubCallRecord* GatherWitness::FindOpen(absl::string_view id) {
  const auto found = std::find_if(records_.begin(), records_.end(), [id](const auto& record) {
    return record.open() && record.call.id() == id;
  });
  return found == records_.end() ? nullptr : &*found;
}

// ---- the attempts

void GatherWitness::OnStart(const FakeAttempt& attempt) {
  if (attempt.slot() >= records_.size()) return SetFault("a sub-call that nobody added was sent");
  SetFault(StartFault(attempt));
  SubCallRecord& record = records_[attempt.slot()];
  record.sent = now();
  record.attempt = &attempt;
  if (record.call.shielded()) record.own_deadline = attempt.deadline();
  if (outstanding_++ == 0) idle_ += now() - idle_since_;
}

std::string GatherWitness::StartFault(const FakeAttempt& attempt) const {
  const SubCallRecord& record = records_[attempt.slot()];
  if (!record.waiting()) return "sent, though it does not wait";
  if (decided() || answered()) return "sent after the decision";
  if (paused_) return "sent while its reader is slow";
  if (record.refusal_code) return "sent, though it is refused";
  if (now() >= std::min(record.own_deadline, setting_.deadline)) return "sent after its deadline";
  if (outstanding_ >= setting_.max_concurrency) return "more in flight than the limit";
  if (Overtakes(record)) return "sent before one that waited longer";
  if (setting_.permits != nullptr &&
      outstanding_ + *setting_.others_hold >= setting_.permits->snapshot().permits) {
    return "more in flight than the target may have";
  }
  if (attempt.server_streaming() != record.call.server_streaming()) return "sent as another kind";
  return attempt.deadline() == ExpectedDeadline(record) ? "" : "sent with another deadline";
}

bool GatherWitness::Overtakes(const SubCallRecord& record) const {
  return std::any_of(records_.begin(), records_.begin() + record.index,
                     [this](const auto& other) { return other.waiting() && !MayBeTooLate(other); });
}

// Where it waits for a permit so long that it could not end in time, it is not sent.
bool GatherWitness::MayBeTooLate(const SubCallRecord& record) const {
  return setting_.permits != nullptr &&
         std::min(record.own_deadline, setting_.deadline) != engine::kNever;
}

// The rules of semantics 56 and 63.
Time GatherWitness::ExpectedDeadline(const SubCallRecord& record) const {
  if (!record.call.shielded()) return std::min(record.own_deadline, setting_.deadline);
  const engine::Duration longest = std::min(setting_.max_timeout, setting_.detached_timeout);
  return now() + (record.call.has_timeout() ? std::min(longest, TimeoutOf(record)) : longest);
}

engine::Duration GatherWitness::TimeoutOf(const SubCallRecord& record) const {
  return std::min<engine::Duration>(std::chrono::nanoseconds(record.call.timeout().nanos()),
                                    setting_.max_timeout);
}

void GatherWitness::OnMessage(const FakeAttempt& attempt, const std::string& message) {
  records_[attempt.slot()].brought += AsPayload(message);
}

void GatherWitness::OnCancel(const FakeAttempt& attempt) {
  SubCallRecord& record = records_[attempt.slot()];
  if (record.asked_to_stop) return SetFault("asked to stop twice");
  const std::string fault = record.open() ? CancelFault(&record) : DetachFault(record);
  if (!fault.empty()) SetFault(absl::StrCat("sub-call ", record.index, ": ", fault));
}

std::string GatherWitness::CancelFault(SubCallRecord* record) {
  if (record->withdrawn) {
    record->asked_to_stop = {v1::CAUSE_OWN_HANDLE, std::nullopt};
    return "";
  }
  if (!decided()) return "asked to stop before the decision";
  record->asked_to_stop = model_.decided()->stop;
  if (!MayOutlive(*record)) return "";
  record->asked_to_stop = {shut_down_ ? v1::CAUSE_SHUTDOWN : v1::CAUSE_LIMIT, std::nullopt};
  if (shut_down_ || setting_.detached_budget->exhausted()) return "";
  return "asked to stop, though it may run on";
}

// Of one that runs on without its gather.
std::string GatherWitness::DetachFault(const SubCallRecord& record) const {
  if (record.ended != v1::DISPOSITION_DETACHED) return "asked to stop after its end";
  const bool too_long = answered_at_ && now() >= *answered_at_ + setting_.detached_timeout;
  return shut_down_ || too_long ? "" : "stopped, though it may run on";
}

// The rules of semantics 27 and 56.
bool GatherWitness::MayOutlive(const SubCallRecord& record) const {
  const bool sibling = setting_.rule.mode == v1::MODE_PROPAGATE &&
                       model_.decided()->stop.cause == v1::CAUSE_SIBLING_FAILED;
  return sibling || record.call.shielded();
}

void GatherWitness::OnResult(const FakeAttempt& attempt, const engine::AttemptResult& result) {
  SubCallRecord& record = records_[attempt.slot()];
  const bool runs_on = record.ended == v1::DISPOSITION_DETACHED;
  if (attempt.detached() != runs_on) SetFault("its attempt was let go, or should have been");
  if (runs_on && result.code != 0) ++detached_failures_;
  record.attempt = nullptr;
  record.arrived = {result.code, result.message, "", result.origin, result.delivery, now()};
  if (result.code == 0) record.arrived->bytes = std::string(result.reply.Length(), 'x');
  if (--outstanding_ == 0) idle_since_ = now();
}

// ---- what comes out

void GatherWitness::OnOutcome(std::uint32_t index, const engine::PlannedCall& call,
                              const engine::Outcome& outcome) {
  if (index >= records_.size()) return SetFault("an outcome of a sub-call that nobody added");
  SubCallRecord& record = records_[index];
  if (answered()) SetFault("an outcome after the answer");
  if (!record.open()) SetFault("two outcomes of one sub-call");
  if (call.sub_call->id() != record.call.id()) SetFault("another id");
  const std::string fault = OutcomeFault(&record, outcome);
  if (!fault.empty()) SetFault(absl::StrCat("sub-call ", index, ": ", fault));
  record.ended = outcome.disposition;
  if (engine::IsRealFailure(outcome)) record.failure = *outcome.status;
  last_ended_ = index;
}

std::string GatherWitness::OutcomeFault(SubCallRecord* record, const engine::Outcome& outcome) {
  ExpectedOutcome expected;
  if (record->arrived) {
    expected = ExpectArrived(*record, setting_.deadline);
    if (expected.cause == v1::CAUSE_GATHER_DEADLINE) model_.Stop(v1::CAUSE_GATHER_DEADLINE);
  } else if (record->waiting() && record->withdrawn) {
    expected = ExpectStopped({v1::CAUSE_OWN_HANDLE, std::nullopt}, /*sent=*/false);
  } else if (decided() && record->waiting() && (setting_.group || !record->refusal_code)) {
    expected = ExpectStopped(model_.decided()->stop, /*sent=*/false);
  } else if (record->refusal_code) {  // of a gather: there was the refusal before the decision
    expected = ExpectRejected(*record);
  } else if (record->waiting()) {
    expected = ExpectWaiting(*record, outcome);
    const bool limited = expected.disposition == v1::DISPOSITION_REJECTED || MayBeTooLate(*record);
    if (now() < record->own_deadline && !limited) return "ended in the queue before its time";
  } else if (record->asked_to_stop) {
    if (!stopped_by_ || now() < *stopped_by_ + setting_.cancel_grace) return "not awaited";
    expected = ExpectStopped(*record->asked_to_stop, /*sent=*/true);
  } else {
    if (!decided() || !MayOutlive(*record)) return "let go without a reason";
    expected = ExpectDetached();
  }
  if (expected.end == SlotEnd::kStopped && !decided()) return "stopped before the decision";
  model_.End(record->index, expected.end);
  const std::string difference = Difference(expected, outcome);
  return difference.empty() ? TimingFault(*record, outcome) : difference;
}

// Refused where the target's queue is full, else expired.
ExpectedOutcome GatherWitness::ExpectWaiting(const SubCallRecord& record,
                                             const engine::Outcome& outcome) const {
  constexpr int kResourceExhausted = 8;
  const bool refused = outcome.status != nullptr && outcome.status->code() == kResourceExhausted;
  if (setting_.permits == nullptr || !refused) return ExpectExpiredInQueue(record);
  SubCallRecord full = record;
  full.refusal_code = kResourceExhausted;
  full.fallback_heeds_refusal = true;
  return ExpectRejected(full);
}

std::string GatherWitness::TimingFault(const SubCallRecord& record,
                                       const engine::Outcome& outcome) const {
  const engine::Timing& timing = outcome.timing;
  const bool runs_on = outcome.disposition == v1::DISPOSITION_DETACHED;
  const engine::Duration finished = runs_on ? engine::Duration(0) : now() - record.accepted;
  if (timing.finished != finished) return "finished at another time";
  if (!record.sent) {
    const bool never_sent = timing.attempts == 0 && timing.started.count() == 0;
    return never_sent && timing.queued == timing.finished ? "" : "timed as if it was sent";
  }
  const bool as_sent = timing.attempts == 1 && timing.started == *record.sent - record.accepted &&
                       timing.queued == timing.started;
  return as_sent ? "" : "sent at another time";
}

void GatherWitness::OnAnswer(const engine::Answer& answer) {
  if (inside_) SetFault("answered inside of a call");
  if (answered()) return SetFault("answered twice");
  answered_at_ = now();
  deadline_.Cancel();
  for (const SubCallRecord& record : records_) {
    if (record.open()) SetFault(absl::StrCat("answered without sub-call ", record.index));
  }
  SetFault(DecisionFault(answer));
  SetFault(SummaryFault(answer.summary));
  SetFault(FailuresFault(answer));
}

std::string GatherWitness::DecisionFault(const engine::Answer& answer) const {
  if (!decided()) return "answered undecided";
  const DecisionModel::Decided& decided = *model_.decided();
  const v1::Decision& is = answer.decision;
  if (is.verdict() != decided.decision.verdict) {
    return absl::StrCat(v1::Verdict_Name(is.verdict()), ", not ",
                        v1::Verdict_Name(decided.decision.verdict));
  }
  std::optional<std::uint32_t> decided_by;
  if (is.has_decided_by()) decided_by = is.decided_by();
  if (decided_by != decided.decision.decided_by) return "decided by another sub-call";
  if (answer.status_of != decided.decision.status_of) return "the status is another's";
  if (decided.decision.status_of) {
    const auto& failure = records_[*decided.decision.status_of].failure;
    const bool same = failure && failure->SerializeAsString() == is.status().SerializeAsString();
    return same ? "" : "the decision hides the failure's status";
  }
  const int code = is.verdict() == v1::VERDICT_SATISFIED           ? 0
                   : is.verdict() == v1::VERDICT_DEADLINE_EXCEEDED ? 4
                   : decided.stop.cause == v1::CAUSE_SHUTDOWN      ? 14
                                                                   : 1;
  if (is.status().code() != code) return "the decision's code";
  const bool early = code == 1 && decided.stop.cause == v1::CAUSE_GROUP_ENDED;
  if (early != (is.status().message().rfind("ended early before ", 0) == 0)) {
    return "the decision's message";
  }
  return "";
}

std::uint32_t GatherWitness::Count(v1::Disposition disposition) const {
  return std::count_if(records_.begin(), records_.end(),
                       [disposition](const auto& record) { return record.ended == disposition; });
}

std::string GatherWitness::SummaryFault(const v1::Summary& summary) const {
  if (summary.succeeded() != Count(v1::DISPOSITION_SUCCEEDED) ||
      summary.failed() != Count(v1::DISPOSITION_FAILED) ||
      summary.cancelled() != Count(v1::DISPOSITION_CANCELLED) ||
      summary.not_started() != Count(v1::DISPOSITION_NOT_STARTED) ||
      summary.rejected() != Count(v1::DISPOSITION_REJECTED) ||
      summary.detached() != Count(v1::DISPOSITION_DETACHED)) {
    return "the summary counts wrongly";
  }
  std::optional<std::uint32_t> straggler;
  if (summary.has_straggler()) straggler = summary.straggler();
  if (straggler != last_ended_) return "another straggler";
  if (summary.elapsed().nanos() != (now() - accepted_).count()) return "another time has elapsed";
  const engine::Duration idle = outstanding_ == 0 ? idle_ + (now() - idle_since_) : idle_;
  return summary.overhead().nanos() == idle.count() ? "" : "another overhead";
}

std::string GatherWitness::FailuresFault(const engine::Answer& answer) const {
  std::size_t next = 0;
  for (const SubCallRecord& record : records_) {
    if (!record.failure) continue;
    if (next == answer.failures.size()) return "a failure is not listed";
    const engine::Failure& failure = answer.failures[next++];
    if (failure.index != record.index || failure.id != record.call.id()) return "other failures";
    if (failure.status.SerializeAsString() != record.failure->SerializeAsString()) {
      return "a failure is listed with another status";
    }
  }
  const bool all = next == answer.failures.size() && next == answer.total_failures;
  return all ? "" : "more failures are listed than there were";
}

void GatherWitness::OnDetachedFailure(const engine::DetachedFailure& failure) {
  const std::uint32_t index = failure.failure.index;
  if (index >= records_.size() || records_[index].ended != v1::DISPOSITION_DETACHED) {
    return SetFault("a late failure of a sub-call that was not detached");
  }
  const SubCallRecord& record = records_[index];
  if (failure.failure.id != record.call.id() ||
      failure.failure.status.code() != record.arrived->code || detached_failures_ == 0) {
    return SetFault("a late failure that there was not");
  }
  --detached_failures_;
}

// ---- at rest

void GatherWitness::CheckAtRest() {
  if (decided() && !stopped_by_) stopped_by_ = now();
  if (detached_failures_ > 0) SetFault("a late failure was not told");
  for (const SubCallRecord& record : records_) {
    const std::string fault = RestFault(record);
    if (!fault.empty()) SetFault(absl::StrCat("at rest: sub-call ", record.index, ": ", fault));
  }
  if (answered()) return;
  if (!decided()) {
    if (now() >= setting_.deadline) SetFault("at rest: undecided after the deadline");
    return;
  }
  const bool open = std::any_of(records_.begin(), records_.end(),
                                [](const SubCallRecord& record) { return record.open(); });
  if (!open) SetFault("at rest: not answered, though all have ended");
  if (now() >= *stopped_by_ + setting_.cancel_grace) SetFault("at rest: the grace is over");
}

std::string GatherWitness::RestFault(const SubCallRecord& record) const {
  if (record.ended == v1::DISPOSITION_DETACHED && record.attempt != nullptr) {
    const bool too_long = answered_at_ && now() >= *answered_at_ + setting_.detached_timeout;
    if ((too_long || shut_down_) && !record.attempt->cancelled()) return "runs on for too long";
  }
  if (!record.open()) return "";
  if (decided()) {
    if (record.waiting()) return "still waits after the decision";
    return record.asked_to_stop ? "" : "not asked to stop";
  }
  if (record.refusal_code) return "not refused yet";
  if (record.withdrawn && !record.asked_to_stop) return "not withdrawn yet";
  if (!record.waiting()) return "";
  if (now() >= record.own_deadline) return "waits beyond its own deadline";
  const bool may_start = !paused_ && outstanding_ < setting_.max_concurrency;
  if (setting_.permits != nullptr) {
    const engine::TargetPermits::Snapshot permits = setting_.permits->snapshot();
    if (permits.held >= permits.permits || MayBeTooLate(record)) return "";
  }
  return may_start ? "waits, though it could be sent" : "";
}

void GatherWitness::CheckAtEnd() {
  if (!answered()) SetFault("never answered");
  if (outstanding_ > 0) SetFault("something is still outstanding");
  if (detached_failures_ > 0) SetFault("a late failure was not told");
}

}  // namespace gather::testing
