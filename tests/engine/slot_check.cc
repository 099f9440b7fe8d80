#include "tests/engine/slot_check.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace gather::testing {
namespace {

using engine::Answer;
using engine::IsRealFailure;
using engine::Outcome;
using engine::PlannedCall;

int CodeOf(const Outcome& outcome) {
  return outcome.status == nullptr ? 0 : outcome.status->code();
}

int CodeOfStop(v1::Cause cause) {
  switch (cause) {
    case v1::CAUSE_CALLER:
    case v1::CAUSE_SIBLING_FAILED:
    case v1::CAUSE_DECIDED:
      return 1;
    case v1::CAUSE_GATHER_DEADLINE:
      return 4;
    case v1::CAUSE_SHUTDOWN:
      return 14;
    default:
      return -1;
  }
}

bool IsOurs(const Outcome& outcome, v1::Delivery delivery) {
  return outcome.origin == v1::ORIGIN_ORCHESTRATOR && outcome.delivery == delivery;
}

std::string FindSucceededFault(const Outcome& outcome, const PlannedCall& call,
                               const AttemptTruth& truth) {
  if (outcome.cause != v1::CAUSE_UNSPECIFIED) return "a success has no cause";
  if (outcome.from_fallback) {
    if (call.fallback == nullptr || CodeOf(outcome) == 0) return "no failure that has a fallback";
    return engine::Covers(*call.fallback, CodeOf(outcome)) ? "" : "the fallback is for other codes";
  }
  if (truth.code != 0) return "its backend never said OK";
  if (outcome.status != nullptr) return "a success has no status";
  if (outcome.origin != v1::ORIGIN_UNSPECIFIED) return "a success has no origin";
  return outcome.delivery == v1::DELIVERY_ANSWERED ? "" : "a success was answered";
}

std::string FindFailedFault(const Outcome& outcome, const PlannedCall& call,
                            const AttemptTruth& truth) {
  if (!truth.code) return "no result had come";
  if (outcome.cause == v1::CAUSE_SUB_CALL_DEADLINE) {
    if (!call.timeout || truth.code != 4) return "it had no time of its own that was up";
    return CodeOf(outcome) == 4 && IsOurs(outcome, v1::DELIVERY_EFFECT_UNKNOWN)
               ? ""
               : "not the row of a deadline of its own";
  }
  if (outcome.cause != v1::CAUSE_UNSPECIFIED) return "a failure has no such cause";
  if (truth.code == 0) {
    return CodeOf(outcome) == 8 && IsOurs(outcome, v1::DELIVERY_EFFECT_UNKNOWN)
               ? ""
               : "not the row of a reply too large";
  }
  if (CodeOf(outcome) != *truth.code) return "not its backend's code";
  return outcome.status->message() == truth.message ? "" : "not its backend's message";
}

std::string FindStoppedFault(const Outcome& outcome, const v1::Decision& decision,
                             const AttemptTruth& truth) {
  const bool sent = outcome.disposition == v1::DISPOSITION_CANCELLED;
  if (sent && truth.code && *truth.code != 1 && *truth.code != 4) return "a result was lost";
  if (CodeOf(outcome) != CodeOfStop(outcome.cause)) return "the code is not the cause's";
  if (!IsOurs(outcome, sent ? v1::DELIVERY_EFFECT_UNKNOWN : v1::DELIVERY_NEVER_SENT)) {
    return "not the origin and delivery of a stopped sub-call";
  }
  const bool by_sibling =
      outcome.cause == v1::CAUSE_SIBLING_FAILED || outcome.cause == v1::CAUSE_DECIDED;
  if (by_sibling != outcome.caused_by.has_value()) return "caused_by does not go with the cause";
  if (by_sibling && outcome.caused_by != decision.decided_by()) return "another one decided";
  return "";
}

std::string FindFaultByDisposition(const Outcome& outcome, const PlannedCall& call,
                                   const v1::Decision& decision, const AttemptTruth& truth) {
  switch (outcome.disposition) {
    case v1::DISPOSITION_SUCCEEDED:
      return FindSucceededFault(outcome, call, truth);
    case v1::DISPOSITION_FAILED:
      return FindFailedFault(outcome, call, truth);
    case v1::DISPOSITION_CANCELLED:
      return truth.started ? FindStoppedFault(outcome, decision, truth) : "it was never sent";
    case v1::DISPOSITION_NOT_STARTED:
      if (truth.started) return "it was sent";
      if (outcome.cause == v1::CAUSE_SUB_CALL_DEADLINE) {
        return call.timeout && CodeOf(outcome) == 4 ? "" : "it had no time of its own";
      }
      return FindStoppedFault(outcome, decision, truth);
    case v1::DISPOSITION_REJECTED:
      if (truth.started) return "it was sent";
      if (call.target != nullptr && call.target->permits != nullptr && CodeOf(outcome) == 8) {
        return outcome.cause == v1::CAUSE_LIMIT ? "" : "not the cause of a target's limit";
      }
      return call.refusal ? "" : "it was not refused";
    default:
      return "no disposition";
  }
}

std::string FindVerdictFault(const Answer& answer) {
  const v1::Decision& decision = answer.decision;
  const bool collects = answer.plan.policy.mode() == v1::MODE_COLLECT;
  if (decision.verdict() == v1::VERDICT_FAILED) {
    if (!decision.has_decided_by()) return "FAILED by nobody";
    const Outcome& deciding = answer.outcomes[decision.decided_by()];
    if (!IsRealFailure(deciding)) return "FAILED by no real failure";
    const v1::Requirement requirement = answer.plan.calls[decision.decided_by()].requirement;
    if (requirement == v1::REQUIREMENT_OPTIONAL) return "FAILED by an optional sub-call";
    if (collects && requirement != v1::REQUIREMENT_REQUIRED) return "COLLECT failed by any";
    return decision.status().code() == CodeOf(deciding) ? "" : "not the deciding one's status";
  }
  if (decision.verdict() != v1::VERDICT_SATISFIED) {
    return decision.has_decided_by() ? "no sub-call decides a stop" : "";
  }
  for (std::size_t slot = 0; slot < answer.outcomes.size(); ++slot) {
    const Outcome& outcome = answer.outcomes[slot];
    if (outcome.disposition == v1::DISPOSITION_SUCCEEDED) continue;
    if (!IsRealFailure(outcome)) return absl::StrCat("SATISFIED before ", slot, " had ended");
    const v1::Requirement requirement = answer.plan.calls[slot].requirement;
    const bool allowed = requirement == v1::REQUIREMENT_OPTIONAL ||
                         (collects && requirement != v1::REQUIREMENT_REQUIRED);
    if (!allowed) return absl::StrCat("SATISFIED in spite of ", slot);
  }
  return "";
}

}  // namespace

std::string FindSlotFault(const Outcome& outcome, const PlannedCall& call,
                          const v1::Decision& decision, const AttemptTruth& truth) {
  const std::string fault = FindFaultByDisposition(outcome, call, decision, truth);
  if (!fault.empty()) return fault;
  if (outcome.delivery == v1::DELIVERY_UNSPECIFIED) return "delivery is always set";
  if ((outcome.timing.attempts == 1) != truth.started) return "wrong number of attempts";
  return outcome.timing.finished < outcome.timing.started ? "it ended before it started" : "";
}

std::string FindAnswerFault(const Answer& answer) {
  const v1::Summary& summary = answer.summary;
  const auto count = [&answer](v1::Disposition disposition) {
    return static_cast<std::uint32_t>(std::count_if(
        answer.outcomes.begin(), answer.outcomes.end(),
        [disposition](const Outcome& outcome) { return outcome.disposition == disposition; }));
  };
  if (summary.succeeded() != count(v1::DISPOSITION_SUCCEEDED) ||
      summary.failed() != count(v1::DISPOSITION_FAILED) ||
      summary.cancelled() != count(v1::DISPOSITION_CANCELLED) ||
      summary.not_started() != count(v1::DISPOSITION_NOT_STARTED) ||
      summary.rejected() != count(v1::DISPOSITION_REJECTED)) {
    return "the summary counts wrongly";
  }
  return FindVerdictFault(answer);
}

}  // namespace gather::testing
