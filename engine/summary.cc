#include "engine/summary.h"

#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/duration.h"

namespace gather::engine {
namespace {

int CodeOf(const GatherState& state) {
  switch (state.decision()->verdict) {
    case v1::VERDICT_SATISFIED:
      return static_cast<int>(absl::StatusCode::kOk);
    case v1::VERDICT_DEADLINE_EXCEEDED:
      return static_cast<int>(absl::StatusCode::kDeadlineExceeded);
    case v1::VERDICT_CANCELLED:
      return static_cast<int>(state.stop().cause == v1::CAUSE_SHUTDOWN
                                  ? absl::StatusCode::kUnavailable
                                  : absl::StatusCode::kCancelled);
    default:  // FAILED, and no real failure to take a code from
      return static_cast<int>(absl::StatusCode::kCancelled);
  }
}

std::string Unfinished(const Answer& answer, v1::Cause cause) {
  const auto count = std::count_if(answer.outcomes.begin(), answer.outcomes.end(),
                                   [cause](const Outcome& o) { return o.cause == cause; });
  return absl::StrCat(" with ", count, " of ", answer.outcomes.size(), " sub-calls unfinished");
}

std::string MessageOf(const GatherState& state, Duration deadline, const Answer& answer) {
  const v1::Cause cause = state.stop().cause;
  switch (state.decision()->verdict) {
    case v1::VERDICT_SATISFIED:
      return "";
    case v1::VERDICT_DEADLINE_EXCEEDED:
      return absl::StrCat("gather deadline of ", absl::FormatDuration(absl::FromChrono(deadline)),
                          " passed", Unfinished(answer, cause));
    case v1::VERDICT_CANCELLED:
      return absl::StrCat(
          cause == v1::CAUSE_SHUTDOWN ? "server shut down" : "cancelled by the caller",
          Unfinished(answer, cause));
    default:
      return "too few sub-calls were left to satisfy the policy";
  }
}

}  // namespace

void SetDecision(const GatherState& state, Duration deadline, Answer* answer) {
  const PolicyDecision& decided = *state.decision();
  v1::Decision* const decision = &answer->decision;
  decision->set_verdict(decided.verdict);
  if (decided.decided_by) decision->set_decided_by(*decided.decided_by);
  answer->status_of = decided.status_of;
  if (decided.status_of) {
    *decision->mutable_status() = *answer->outcomes[*decided.status_of].status;
    return;
  }
  decision->mutable_status()->set_code(CodeOf(state));
  decision->mutable_status()->set_message(MessageOf(state, deadline, *answer));
}

void SetSummary(Duration elapsed, Duration overhead, Answer* answer) {
  std::uint32_t counts[v1::Disposition_ARRAYSIZE] = {};
  for (const Outcome& outcome : answer->outcomes) ++counts[outcome.disposition];
  v1::Summary* const summary = &answer->summary;
  summary->set_gather_id(answer->gather_id);
  summary->set_succeeded(counts[v1::DISPOSITION_SUCCEEDED]);
  summary->set_failed(counts[v1::DISPOSITION_FAILED]);
  summary->set_cancelled(counts[v1::DISPOSITION_CANCELLED]);
  summary->set_not_started(counts[v1::DISPOSITION_NOT_STARTED]);
  summary->set_rejected(counts[v1::DISPOSITION_REJECTED]);
  summary->set_detached(counts[v1::DISPOSITION_DETACHED]);
  ToProto(elapsed, summary->mutable_elapsed());
  ToProto(overhead, summary->mutable_overhead());
}

}  // namespace gather::engine
