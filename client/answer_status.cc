#include "gather/answer_status.h"

#include <cstdint>
#include <optional>

#include "gather/decision_status.h"
#include "gather/duration.h"
#include "gather/named_call.h"

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

bool IsEarlier(const v1::Outcome& a, const v1::Outcome& b) {
  return FromProto(a.timing().finished()) < FromProto(b.timing().finished());
}

// The failure whose status a FAILED decision carries: that of the sub-call that decided, or, where
// it only was one too many, the first of those that count.
std::optional<NamedCall> NameFailure(const v1::GatherResponse& response, const SentCalls& sent) {
  const v1::Decision& decision = response.decision();
  if (!decision.has_decided_by() || decision.decided_by() >= sent.size()) return std::nullopt;
  if (DecidesAlone(sent, decision.decided_by())) return sent.Named(decision.decided_by());
  const v1::Outcome* first = nullptr;
  for (const v1::Outcome& outcome : response.outcomes()) {
    const bool carried = outcome.status().code() == decision.status().code() &&
                         outcome.status().message() == decision.status().message();
    if (!carried || !IsRealFailure(outcome)) continue;
    if (sent.requirement(outcome.index()) == v1::REQUIREMENT_OPTIONAL) continue;
    if (first == nullptr || IsEarlier(outcome, *first)) first = &outcome;
  }
  if (first == nullptr) return std::nullopt;
  return sent.Named(first->index());
}

}  // namespace

bool DecidesAlone(const SentCalls& sent, std::uint32_t index) {
  const v1::Mode mode = sent.policy().mode();
  const bool counts_failures =
      mode == v1::MODE_COLLECT || mode == v1::MODE_ANY || mode == v1::MODE_QUORUM;
  return !counts_failures || sent.requirement(index) == v1::REQUIREMENT_REQUIRED;
}

absl::Status StatusOfAnswer(const v1::GatherResponse& response, const SentCalls& sent) {
  const v1::Decision& decision = response.decision();
  if (decision.verdict() == v1::VERDICT_SATISFIED) return absl::OkStatus();
  return StatusOfDecision(ListFailures(response), NameFailure(response, sent));
}

}  // namespace gather::internal
