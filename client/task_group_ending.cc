#include "gather/task_group_ending.h"

#include "gather/lost_outcome.h"
#include "gather/refusal.h"

namespace gather::internal {
namespace {

absl::StatusCode CodeOf(v1::Cause cause) {
  switch (cause) {
    case v1::CAUSE_GATHER_DEADLINE:
      return absl::StatusCode::kDeadlineExceeded;
    case v1::CAUSE_SHUTDOWN:
      return absl::StatusCode::kUnavailable;
    default:
      return absl::StatusCode::kCancelled;
  }
}

void NotStarted(const TaskGroupEnding& ending, v1::Outcome* outcome) {
  outcome->set_disposition(v1::DISPOSITION_NOT_STARTED);
  outcome->set_cause(ending.cause);
  if (ending.caused_by.has_value()) outcome->set_caused_by(*ending.caused_by);
  outcome->mutable_status()->set_code(static_cast<int>(CodeOf(ending.cause)));
  outcome->mutable_status()->set_message("the group takes no more sub-calls");
  outcome->set_origin(v1::ORIGIN_ORCHESTRATOR);
  outcome->set_delivery(v1::DELIVERY_NEVER_SENT);
}

void NotSent(const TaskGroupEnding& ending, v1::Outcome* outcome) {
  AccountForLoss(ending.lost, Fate::kNotSent, outcome);
  if (outcome->disposition() == v1::DISPOSITION_REJECTED || absl::IsCancelled(ending.lost)) return;
  if (absl::IsDeadlineExceeded(ending.lost)) {
    outcome->set_cause(v1::CAUSE_GATHER_DEADLINE);
    return;
  }
  outcome->set_disposition(v1::DISPOSITION_FAILED);
  outcome->set_origin(v1::ORIGIN_TRANSPORT);
}

void LostOnItsWay(const TaskGroupEnding& ending, v1::Outcome* outcome) {
  AccountForLoss(ending.lost, ending.caller_cancelled ? Fate::kCancelled : Fate::kSent, outcome);
  if (outcome->disposition() != v1::DISPOSITION_REJECTED || !ending.opened) return;
  // A breach of the protocol ends an open group, and with it what it had started.
  outcome->set_disposition(v1::DISPOSITION_FAILED);
  outcome->set_delivery(v1::DELIVERY_EFFECT_UNKNOWN);
}

}  // namespace

void AccountFor(const TaskGroupEnding& ending, bool sent, v1::Outcome* outcome) {
  if (ending.lost.ok()) return NotStarted(ending, outcome);
  return sent ? LostOnItsWay(ending, outcome) : NotSent(ending, outcome);
}

}  // namespace gather::internal
