#include "engine/rpc_status.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/failure_details.h"
#include "engine/utf8.h"

namespace gather::engine {
namespace {

constexpr std::size_t kMaxMessageBytes = 512;
constexpr std::size_t kMaxDetailsBytes = 4096;

// The tags and lengths around a GatherFailure inside of the details, at their longest, and its type
// URL.
constexpr std::size_t kFailureEnvelopeBytes = 3 + (2 + 43) + 3;

constexpr int kCancelled = static_cast<int>(absl::StatusCode::kCancelled);
constexpr int kUnavailable = static_cast<int>(absl::StatusCode::kUnavailable);
constexpr int kDeadlineExceeded = static_cast<int>(absl::StatusCode::kDeadlineExceeded);

std::string CutMessage(absl::string_view message) {
  return std::string(CutUtf8(message, kMaxMessageBytes));
}

std::string Unfinished(const Answer& answer, v1::Cause cause) {
  const auto count = std::count_if(answer.outcomes.begin(), answer.outcomes.end(),
                                   [cause](const Outcome& o) { return o.cause == cause; });
  return absl::StrCat(" with ", count, " of ", answer.outcomes.size(), " sub-calls unfinished");
}

// The failure whose code the RPC takes, if a failure made the decision.
std::optional<std::uint32_t> UsedFailure(const Answer& answer) {
  if (answer.decision.verdict() != v1::VERDICT_FAILED) return std::nullopt;
  if (answer.status_of) return answer.status_of;
  const std::uint32_t deciding = answer.decision.decided_by();
  if (!answer.decision.has_decided_by() || !IsRealFailure(answer.outcomes[deciding])) {
    return std::nullopt;
  }
  return deciding;
}

std::string FailedMessage(const Answer& answer, std::optional<std::uint32_t> used) {
  const auto failures = static_cast<std::size_t>(
      std::count_if(answer.outcomes.begin(), answer.outcomes.end(), IsRealFailure));
  const v1::Status& status = answer.decision.status();
  if (!used) return CutMessage(status.message());
  const PlannedCall& call = answer.plan.calls[*used];
  const std::size_t others = failures - (IsRealFailure(answer.outcomes[*used]) ? 1 : 0);
  const std::string suffix = others == 0 ? "" : absl::StrCat(" (+", others, " more)");
  const std::string text =
      absl::StrCat("sub-call ", *used, " \"", call.sub_call->id(), "\" (", call.target_name, " ",
                   call.method, "): ", status.message());
  return absl::StrCat(CutUtf8(text, kMaxMessageBytes - suffix.size()), suffix);
}

v1::ErrorInfo FailureInfo(const Answer& answer, absl::string_view reason,
                          std::optional<std::uint32_t> used) {
  v1::ErrorInfo info = MakeErrorInfo(reason);
  auto& metadata = *info.mutable_metadata();
  metadata["gather_id"] = answer.gather_id;
  if (used) {
    const PlannedCall& call = answer.plan.calls[*used];
    metadata["index"] = absl::StrCat(*used);
    metadata["id"] = call.sub_call->id();
    metadata["target"] = std::string(call.target_name);
    metadata["method"] = std::string(call.method);
  }
  return info;
}

RpcStatus FailedRpc(const Answer& answer, int code, absl::string_view reason, std::string message) {
  const std::optional<std::uint32_t> used = UsedFailure(answer);
  v1::Status details;
  details.set_code(code);
  AddDetail(FailureInfo(answer, reason, used), &details);
  const std::size_t left = kMaxDetailsBytes - details.ByteSizeLong() - kFailureEnvelopeBytes;
  AddDetail(MakeGatherFailure(answer, used, left), &details);
  return {code, std::move(message), details.SerializeAsString()};
}

std::string MessageOf(const Answer& answer) {
  const std::string& message = answer.decision.status().message();
  return CutMessage(message.empty() ? VerdictMessage(answer) : message);
}

}  // namespace

RpcStatus ToRpcStatus(const Answer& answer) {
  const v1::Decision& decision = answer.decision;
  const bool by_shutdown = decision.status().code() == kUnavailable;
  if (decision.verdict() == v1::VERDICT_CANCELLED && !by_shutdown) {
    return {kCancelled, MessageOf(answer), ""};
  }
  if (answer.plan.policy.error_delivery() == v1::ERROR_DELIVERY_AS_RESPONSE) return {};
  switch (decision.verdict()) {
    case v1::VERDICT_FAILED:
      return FailedRpc(answer, decision.status().code(), "SUB_CALL_FAILED",
                       FailedMessage(answer, UsedFailure(answer)));
    case v1::VERDICT_DEADLINE_EXCEEDED:
      return FailedRpc(answer, kDeadlineExceeded, "GATHER_DEADLINE", MessageOf(answer));
    case v1::VERDICT_CANCELLED:
      return FailedRpc(answer, kUnavailable, "SHUTDOWN", MessageOf(answer));
    default:
      return {};
  }
}

RpcStatus ToRpcStatus(const Refusal& refusal) {
  v1::Status details = ToProto(refusal);
  details.clear_message();
  return {refusal.code, CutMessage(refusal.message), details.SerializeAsString()};
}

std::string VerdictMessage(const Answer& answer) {
  switch (answer.decision.verdict()) {
    case v1::VERDICT_DEADLINE_EXCEEDED: {
      const std::string deadline =
          answer.deadline
              ? absl::StrCat(" of ", absl::FormatDuration(absl::FromChrono(*answer.deadline)))
              : "";
      return absl::StrCat("gather deadline", deadline, " passed",
                          Unfinished(answer, v1::CAUSE_GATHER_DEADLINE));
    }
    case v1::VERDICT_CANCELLED:
      if (answer.decision.status().code() == kUnavailable) {
        return absl::StrCat("server shut down", Unfinished(answer, v1::CAUSE_SHUTDOWN));
      }
      return absl::StrCat("cancelled by the caller", Unfinished(answer, v1::CAUSE_CALLER));
    default:
      return "";
  }
}

}  // namespace gather::engine
