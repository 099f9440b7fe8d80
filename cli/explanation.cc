#include "cli/explanation.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace gather::cli {
namespace {

// Why a sub-call was stopped, or never sent.
std::string Reason(const v1::Outcome& outcome, const NameOf& name_of) {
  const std::string by = outcome.has_caused_by() ? name_of(outcome.caused_by()) : "another";
  switch (outcome.cause()) {
    case v1::CAUSE_CALLER:
      return "the caller cancelled";
    case v1::CAUSE_GATHER_DEADLINE:
      return "the gather's deadline passed";
    case v1::CAUSE_SUB_CALL_DEADLINE:
      return "its own deadline passed";
    case v1::CAUSE_SIBLING_FAILED:
      return absl::StrCat(by, " failed");
    case v1::CAUSE_DECIDED:
      return absl::StrCat(by, " decided the gather");
    case v1::CAUSE_GROUP_ENDED:
      return "the group ended early";
    case v1::CAUSE_OWN_HANDLE:
      return "it was cancelled by itself";
    case v1::CAUSE_SHUTDOWN:
      return "the server shuts down";
    case v1::CAUSE_LIMIT:
      return "a limit was reached";
    default:
      return outcome.status().message();
  }
}

std::string StatusText(const v1::Status& status) {
  return absl::StrCat(CodeName(status.code()), ": ", status.message());
}

std::string WhyFailed(const v1::Outcome& outcome, const NameOf& name_of) {
  if (outcome.cause() == v1::CAUSE_SUB_CALL_DEADLINE) {
    return absl::StrCat("DEADLINE_EXCEEDED: ", Reason(outcome, name_of),
                        "; the backend may have seen it");
  }
  std::string status = StatusText(outcome.status());
  if (outcome.origin() == v1::ORIGIN_BACKEND) return status;
  return absl::StrCat(status, outcome.delivery() == v1::DELIVERY_NEVER_SENT
                                  ? " (the backend has not seen it)"
                                  : " (the backend may have seen it)");
}

}  // namespace

std::string ToString(v1::Disposition disposition) {
  return std::string(
      absl::StripPrefix(v1::Disposition_Name(disposition), absl::string_view("DISPOSITION_")));
}

std::string CodeName(int code) {
  const std::string name = absl::StatusCodeToString(static_cast<absl::StatusCode>(code));
  return name.empty() ? absl::StrCat("CODE_", code) : name;
}

Tone ToneOf(v1::Disposition disposition) {
  switch (disposition) {
    case v1::DISPOSITION_SUCCEEDED:
      return Tone::kGood;
    case v1::DISPOSITION_FAILED:
    case v1::DISPOSITION_REJECTED:
      return Tone::kBad;
    case v1::DISPOSITION_CANCELLED:
    case v1::DISPOSITION_NOT_STARTED:
      return Tone::kStopped;
    default:
      return Tone::kApart;
  }
}

std::string Explain(const v1::Outcome& outcome, const NameOf& name_of) {
  switch (outcome.disposition()) {
    case v1::DISPOSITION_SUCCEEDED:
      if (!outcome.from_fallback()) return "";
      return absl::StrCat("fallback, for ", StatusText(outcome.status()));
    case v1::DISPOSITION_FAILED:
      return WhyFailed(outcome, name_of);
    case v1::DISPOSITION_REJECTED:
      return absl::StrCat("refused, ", StatusText(outcome.status()));
    case v1::DISPOSITION_CANCELLED:
      if (outcome.cause() == v1::CAUSE_CALLER) return "cancelled by the caller";
      return absl::StrCat("cancelled: ", Reason(outcome, name_of));
    case v1::DISPOSITION_NOT_STARTED:
      if (outcome.cause() == v1::CAUSE_UNSPECIFIED) return "not sent";
      return absl::StrCat("never sent: ", Reason(outcome, name_of));
    case v1::DISPOSITION_DETACHED:
      return "detached: runs on without the gather";
    default:
      return absl::StrCat("ended in a way that this program does not know: ",
                          outcome.disposition());
  }
}

}  // namespace gather::cli
