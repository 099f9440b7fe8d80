#include "engine/summary.h"

#include "absl/status/status.h"
#include "engine/duration.h"
#include "engine/rpc_status.h"

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

}  // namespace

void SetDecision(const GatherState& state, Answer* answer) {
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
  const bool failed = decided.verdict == v1::VERDICT_FAILED;
  decision->mutable_status()->set_message(
      failed ? "too few sub-calls were left to satisfy the policy" : VerdictMessage(*answer));
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
