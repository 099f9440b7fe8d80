#include "gather/decision_status.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "gather/refusal.h"

namespace gather::internal {
namespace {

// Whether that sub-call's failure is among them.
bool Lists(const v1::GatherFailure& failures, const std::optional<NamedCall>& call) {
  if (!call.has_value()) return false;
  for (const v1::SubCallFailure& failure : failures.failures()) {
    if (failure.index() == call->index) return true;
  }
  return false;
}

absl::Status Explain(absl::StatusCode code, absl::string_view message, v1::ErrorInfo info,
                     const v1::GatherFailure& failures) {
  absl::Status status(code, message);
  (*info.mutable_metadata())["gather_id"] = failures.gather_id();
  AddErrorInfo(std::move(info), &status);
  status.SetPayload(kGatherFailureUrl, absl::Cord(failures.SerializeAsString()));
  return status;
}

absl::Status Failed(const v1::GatherFailure& failures, const std::optional<NamedCall>& deciding) {
  const v1::Decision& decision = failures.decision();
  std::string message = decision.status().message();
  v1::ErrorInfo info;
  info.set_reason("SUB_CALL_FAILED");
  if (deciding.has_value()) {
    message = absl::StrCat(ToString(*deciding), ": ", message);
    AddNames(*deciding, &info);
  }
  const std::uint32_t others = failures.total_failures() - (Lists(failures, deciding) ? 1 : 0);
  if (others > 0) absl::StrAppend(&message, " (+", others, " more)");
  const int code = decision.status().code();
  return Explain(code == 0 ? absl::StatusCode::kUnknown : static_cast<absl::StatusCode>(code),
                 message, std::move(info), failures);
}

absl::Status Ended(const v1::GatherFailure& failures, absl::StatusCode code,
                   absl::string_view reason) {
  v1::ErrorInfo info;
  info.set_reason(std::string(reason));
  return Explain(code, failures.decision().status().message(), std::move(info), failures);
}

// By the caller's cancel, or by a shutdown.
absl::Status Cancelled(const v1::GatherFailure& failures) {
  const v1::Status& status = failures.decision().status();
  if (status.code() != static_cast<int>(absl::StatusCode::kCancelled)) {
    return Ended(failures, absl::StatusCode::kUnavailable, "SHUTDOWN");
  }
  absl::Status cancelled = absl::CancelledError(status.message());
  cancelled.SetPayload(kGatherFailureUrl, absl::Cord(failures.SerializeAsString()));
  return cancelled;
}

}  // namespace

bool IsRealFailure(const v1::Outcome& outcome) {
  switch (outcome.disposition()) {
    case v1::DISPOSITION_FAILED:
    case v1::DISPOSITION_REJECTED:
      return true;
    case v1::DISPOSITION_NOT_STARTED:
      return outcome.cause() == v1::CAUSE_SUB_CALL_DEADLINE;
    default:
      return false;
  }
}

void AddFailure(const v1::Outcome& outcome, v1::GatherFailure* failures) {
  v1::SubCallFailure* failure = failures->add_failures();
  failure->set_index(outcome.index());
  failure->set_id(outcome.id());
  *failure->mutable_status() = outcome.status();
  failure->set_origin(outcome.origin());
  failure->set_delivery(outcome.delivery());
}

absl::Status StatusOfDecision(const v1::GatherFailure& failures,
                              const std::optional<NamedCall>& deciding) {
  switch (failures.decision().verdict()) {
    case v1::VERDICT_SATISFIED:
      return absl::OkStatus();
    case v1::VERDICT_FAILED:
      return Failed(failures, deciding);
    case v1::VERDICT_DEADLINE_EXCEEDED:
      return Ended(failures, absl::StatusCode::kDeadlineExceeded, "GATHER_DEADLINE");
    case v1::VERDICT_CANCELLED:
      return Cancelled(failures);
    default:
      return absl::InternalError("the answer holds no verdict that this client knows");
  }
}

}  // namespace gather::internal
