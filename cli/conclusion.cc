#include "cli/conclusion.h"

#include "absl/strings/str_cat.h"
#include "cli/explanation.h"
#include "cli/wording.h"
#include "gather/duration.h"
#include "gather/refusal.h"

namespace gather::cli {
namespace {

// Whether nobody answered who is a gather server.
bool IsNoServer(const absl::Status& lost) {
  return absl::IsUnavailable(lost) || (absl::IsUnimplemented(lost) && !internal::IsRefusal(lost));
}

std::string StatusText(int code, absl::string_view message) {
  return absl::StrCat(CodeName(code), ": ", OneLine(message));
}

// Whether it says something that a success decided; elsewhere the last to end does.
bool OneDecides(v1::Mode mode) {
  return mode == v1::MODE_ANY || mode == v1::MODE_RACE || mode == v1::MODE_QUORUM;
}

std::string WhyFailed(const v1::Decision& decision, const Roster& roster) {
  std::string status = StatusText(decision.status().code(), decision.status().message());
  if (!decision.has_decided_by() || decision.decided_by() >= roster.size()) return status;
  return absl::StrCat(roster.Name(decision.decided_by()), ": ", status);
}

}  // namespace

int ExitStatusOf(const absl::Status& lost) {
  if (absl::IsDeadlineExceeded(lost)) return kDeadline;
  return IsNoServer(lost) ? kNoServer : kFailed;
}

int ExitStatusOf(const Conclusion& conclusion) {
  if (!conclusion.summary.has_value()) {
    return conclusion.signal != 0 ? 128 + conclusion.signal : ExitStatusOf(conclusion.lost);
  }
  switch (conclusion.summary->decision().verdict()) {
    case v1::VERDICT_SATISFIED:
      return kSatisfied;
    case v1::VERDICT_DEADLINE_EXCEEDED:
      return kDeadline;
    case v1::VERDICT_CANCELLED:
      return conclusion.signal != 0 ? 128 + conclusion.signal : kNoServer;
    default:
      return kFailed;
  }
}

std::string Headline(const absl::Status& lost) {
  const std::string text = StatusText(lost.raw_code(), lost.message());
  if (internal::IsRefusal(lost)) return absl::StrCat("refused: ", text);
  if (IsNoServer(lost)) return absl::StrCat("no answer from the server: ", text);
  return absl::StrCat("failed: ", text);
}

std::string Headline(const Conclusion& conclusion, const Roster& roster) {
  if (!conclusion.summary.has_value()) {
    return conclusion.signal != 0 ? "cancelled by a signal" : Headline(conclusion.lost);
  }
  const v1::Decision& decision = conclusion.summary->decision();
  const std::string elapsed = Span(internal::FromProto(conclusion.summary->elapsed()));
  switch (decision.verdict()) {
    case v1::VERDICT_SATISFIED:
      if (!decision.has_decided_by() || !OneDecides(roster.mode())) {
        return absl::StrCat("satisfied in ", elapsed);
      }
      return absl::StrCat("satisfied in ", elapsed, ", decided by ",
                          roster.Name(decision.decided_by()));
    case v1::VERDICT_FAILED:
      return absl::StrCat("failed in ", elapsed, ": ", WhyFailed(decision, roster));
    case v1::VERDICT_DEADLINE_EXCEEDED:
      return absl::StrCat("the deadline passed after ", elapsed);
    default:
      if (conclusion.signal != 0) return absl::StrCat("cancelled after ", elapsed);
      return absl::StrCat("cancelled after ", elapsed, ": ",
                          StatusText(decision.status().code(), decision.status().message()));
  }
}

}  // namespace gather::cli
