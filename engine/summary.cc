#include "engine/summary.h"

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

std::string MessageOf(const GatherState& state, const Tally& tally, Duration deadline) {
  const v1::Cause cause = state.stop().cause;
  const std::string unfinished =
      absl::StrCat(" with ", tally.Of(cause), " of ", tally.ended(), " sub-calls unfinished");
  switch (state.decision()->verdict) {
    case v1::VERDICT_SATISFIED:
      return "";
    case v1::VERDICT_DEADLINE_EXCEEDED:
      return absl::StrCat("gather deadline of ", absl::FormatDuration(absl::FromChrono(deadline)),
                          " passed", unfinished);
    case v1::VERDICT_CANCELLED:
      return absl::StrCat(
          cause == v1::CAUSE_SHUTDOWN ? "server shut down" : "cancelled by the caller", unfinished);
    default:
      return cause == v1::CAUSE_GROUP_ENDED
                 ? absl::StrCat("ended early before the policy was satisfied,", unfinished)
                 : "too few sub-calls were left to satisfy the policy";
  }
}

const v1::Status* StatusOf(std::uint32_t index, const Answer& answer) {
  if (!answer.outcomes.empty()) return answer.outcomes[index].status.get();
  for (const Failure& failure : answer.failures) {
    if (failure.index == index) return &failure.status;
  }
  return nullptr;
}

}  // namespace

void SetDecision(const GatherState& state, const Tally& tally, Duration deadline, Answer* answer) {
  const PolicyDecision& decided = *state.decision();
  v1::Decision* const decision = &answer->decision;
  decision->set_verdict(decided.verdict);
  if (decided.decided_by) decision->set_decided_by(*decided.decided_by);
  answer->status_of = decided.status_of;
  if (decided.status_of) {
    *decision->mutable_status() = *StatusOf(*decided.status_of, *answer);
    return;
  }
  decision->mutable_status()->set_code(CodeOf(state));
  decision->mutable_status()->set_message(MessageOf(state, tally, deadline));
}

void SetSummary(const Tally& tally, Duration elapsed, Duration overhead, Answer* answer) {
  v1::Summary* const summary = &answer->summary;
  summary->set_gather_id(answer->gather_id);
  summary->set_succeeded(tally.Of(v1::DISPOSITION_SUCCEEDED));
  summary->set_failed(tally.Of(v1::DISPOSITION_FAILED));
  summary->set_cancelled(tally.Of(v1::DISPOSITION_CANCELLED));
  summary->set_not_started(tally.Of(v1::DISPOSITION_NOT_STARTED));
  summary->set_rejected(tally.Of(v1::DISPOSITION_REJECTED));
  summary->set_detached(tally.Of(v1::DISPOSITION_DETACHED));
  if (tally.last_ended() && answer->decision.verdict() != v1::VERDICT_UNSPECIFIED) {
    summary->set_straggler(*tally.last_ended());
  }
  ToProto(elapsed, summary->mutable_elapsed());
  ToProto(overhead, summary->mutable_overhead());
}

}  // namespace gather::engine
