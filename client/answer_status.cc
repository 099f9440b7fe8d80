#include "gather/answer_status.h"

#include <optional>

#include "gather/decision_status.h"

namespace gather::internal {
namespace {

v1::GatherFailure ListFailures(const v1::GatherResponse& response) {
  v1::GatherFailure result;
  result.set_gather_id(response.summary().gather_id());
  *result.mutable_decision() = response.decision();
  *result.mutable_summary() = response.summary();
  for (const v1::Outcome& outcome : response.outcomes()) {
    if (IsRealFailure(outcome)) AddFailure(outcome, &result);
  }
  result.set_total_failures(result.failures_size());
  return result;
}

}  // namespace

absl::Status StatusOfAnswer(const v1::GatherResponse& response, const SentCalls& sent) {
  const v1::Decision& decision = response.decision();
  if (decision.verdict() == v1::VERDICT_SATISFIED) return absl::OkStatus();
  std::optional<NamedCall> deciding;
  if (decision.has_decided_by() && decision.decided_by() < sent.size()) {
    deciding = sent.Named(decision.decided_by());
  }
  return StatusOfDecision(ListFailures(response), deciding);
}

}  // namespace gather::internal
