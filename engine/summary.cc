#include "engine/summary.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/duration.h"

namespace gather::engine {
namespace {

constexpr int kCancelled = 1;
constexpr int kDeadlineExceeded = 4;
constexpr int kUnavailable = 14;

std::size_t CountUnfinished(const std::vector<Outcome>& outcomes) {
  return std::count_if(outcomes.begin(), outcomes.end(), [](const Outcome& outcome) {
    return outcome.disposition == v1::DISPOSITION_CANCELLED ||
           (outcome.disposition == v1::DISPOSITION_NOT_STARTED &&
            outcome.cause != v1::CAUSE_SUB_CALL_DEADLINE);
  });
}

void SetStatus(int code, const std::string& message, v1::Decision* decision) {
  decision->mutable_status()->set_code(code);
  decision->mutable_status()->set_message(message);
}

void SetFailed(const PolicyDecision& decided, const std::vector<Outcome>& outcomes,
               v1::Decision* decision) {
  if (decided.status_of) {
    *decision->mutable_status() = *outcomes[*decided.status_of].status;
  } else {
    SetStatus(kCancelled, "too few sub-calls were left to satisfy the policy", decision);
  }
}

}  // namespace

v1::Decision ToDecision(const GatherState& state, const std::vector<Outcome>& outcomes) {
  const PolicyDecision& decided = *state.decision();
  v1::Decision decision;
  decision.set_verdict(decided.verdict);
  if (decided.decided_by) decision.set_decided_by(*decided.decided_by);
  const std::string unfinished = absl::StrCat(" with ", CountUnfinished(outcomes), " of ",
                                              outcomes.size(), " sub-calls unfinished");
  switch (decided.verdict) {
    case v1::VERDICT_SATISFIED:
      decision.mutable_status();
      break;
    case v1::VERDICT_DEADLINE_EXCEEDED:
      SetStatus(kDeadlineExceeded, "the gather's deadline passed" + unfinished, &decision);
      break;
    case v1::VERDICT_CANCELLED:
      if (state.stop().cause == v1::CAUSE_SHUTDOWN) {
        SetStatus(kUnavailable, "the server shut down" + unfinished, &decision);
      } else {
        SetStatus(kCancelled, "the caller cancelled the gather" + unfinished, &decision);
      }
      break;
    default:
      SetFailed(decided, outcomes, &decision);
      break;
  }
  return decision;
}

v1::Summary Summarize(const std::string& gather_id, const std::vector<Outcome>& outcomes,
                      Duration elapsed, Duration overhead) {
  std::uint32_t counts[v1::Disposition_ARRAYSIZE] = {};
  for (const Outcome& outcome : outcomes) ++counts[outcome.disposition];
  v1::Summary summary;
  summary.set_gather_id(gather_id);
  summary.set_succeeded(counts[v1::DISPOSITION_SUCCEEDED]);
  summary.set_failed(counts[v1::DISPOSITION_FAILED]);
  summary.set_cancelled(counts[v1::DISPOSITION_CANCELLED]);
  summary.set_not_started(counts[v1::DISPOSITION_NOT_STARTED]);
  summary.set_rejected(counts[v1::DISPOSITION_REJECTED]);
  summary.set_detached(counts[v1::DISPOSITION_DETACHED]);
  ToProto(elapsed, summary.mutable_elapsed());
  ToProto(overhead, summary.mutable_overhead());
  return summary;
}

}  // namespace gather::engine
