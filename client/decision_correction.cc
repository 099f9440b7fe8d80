#include "gather/decision_correction.h"

#include "gather/decision_status.h"
#include "gather/duration.h"

namespace gather::internal {
namespace {

// Whether the policy cannot be satisfied, now that sub-call `failed` has failed after all.
bool Undoes(std::uint32_t failed, v1::Requirement requirement, const v1::Policy& policy,
            const Tally& tally, const v1::Decision& decision) {
  if (requirement == v1::REQUIREMENT_OPTIONAL) return false;
  if (requirement == v1::REQUIREMENT_REQUIRED) return true;
  switch (policy.mode()) {
    case v1::MODE_COLLECT:
      return policy.has_max_failures() && tally.failures > policy.max_failures();
    case v1::MODE_ANY:
      return tally.successes == 0;
    case v1::MODE_QUORUM:
      return tally.successes < policy.min_successes();
    case v1::MODE_RACE:
      return decision.has_decided_by() && decision.decided_by() == failed;
    default:
      return true;
  }
}

bool DecidesBySuccess(const v1::Policy& policy) {
  return policy.mode() == v1::MODE_ANY || policy.mode() == v1::MODE_QUORUM;
}

// One failure too many carries the first one's status, a failure that decides alone its own.
const v1::Status& StatusOf(const v1::Outcome& failed, v1::Requirement requirement,
                           const v1::Policy& policy, const Tally& tally) {
  const bool counts_failures = DecidesBySuccess(policy) || policy.mode() == v1::MODE_COLLECT;
  if (!counts_failures || requirement == v1::REQUIREMENT_REQUIRED) return failed.status();
  return tally.first_failure.has_value() ? tally.first_failure->status : failed.status();
}

}  // namespace

void Tally::Note(const v1::Outcome& outcome, v1::Requirement requirement) {
  if (requirement == v1::REQUIREMENT_OPTIONAL) return;
  if (outcome.disposition() == v1::DISPOSITION_SUCCEEDED) ++successes;
  if (!IsRealFailure(outcome)) return;
  ++failures;
  const absl::Duration finished = FromProto(outcome.timing().finished());
  if (first_failure.has_value() && first_failure->finished <= finished) return;
  first_failure = TimedFailure{outcome.index(), outcome.status(), finished};
}

void TakeBackSuccess(const v1::Outcome& failed, v1::Requirement requirement,
                     const v1::Policy& policy, const Tally& tally, v1::Summary* summary,
                     v1::Decision* decision) {
  summary->set_succeeded(summary->succeeded() - 1);
  summary->set_failed(summary->failed() + 1);
  if (decision->verdict() != v1::VERDICT_SATISFIED) return;
  if (Undoes(failed.index(), requirement, policy, tally, *decision)) {
    decision->set_verdict(v1::VERDICT_FAILED);
    decision->set_decided_by(failed.index());
    *decision->mutable_status() = StatusOf(failed, requirement, policy, tally);
  } else if (DecidesBySuccess(policy) && decision->decided_by() == failed.index()) {
    decision->clear_decided_by();  // others' successes are enough, and none of them came last
  }
  if (summary->has_decision()) *summary->mutable_decision() = *decision;
}

}  // namespace gather::internal
