#include "engine/rpc_status.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
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

// What a failure says; its code where it says nothing.
std::string Said(const v1::Status& status) {
  if (!status.message().empty()) return status.message();
  return absl::StatusCodeToString(static_cast<absl::StatusCode>(status.code()));
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
  const std::string said = Said(answer.decision.status());
  if (!used) return CutMessage(said);
  const PlannedCall& call = answer.plan.calls[*used];
  const std::size_t others = failures - (IsRealFailure(answer.outcomes[*used]) ? 1 : 0);
  const std::string suffix = others == 0 ? "" : absl::StrCat(" (+", others, " more)");
  const std::string text = absl::StrCat("sub-call ", *used, " \"", call.sub_call->id(), "\" (",
                                        call.target_name, " ", call.method, "): ", said);
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
    metadata["target"] = absl::StrCat(call.target_name);
    metadata["method"] = absl::StrCat(call.method);
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

}  // namespace

RpcStatus ToRpcStatus(const Answer& answer) {
  const v1::Decision& decision = answer.decision;
  const std::string& said = decision.status().message();
  const bool by_shutdown = decision.status().code() == kUnavailable;
  if (decision.verdict() == v1::VERDICT_CANCELLED && !by_shutdown) {
    return {kCancelled, CutMessage(said), ""};
  }
  if (answer.plan.policy.error_delivery() == v1::ERROR_DELIVERY_AS_RESPONSE) return {};
  switch (decision.verdict()) {
    case v1::VERDICT_FAILED:
      return FailedRpc(answer, decision.status().code(), "SUB_CALL_FAILED",
                       FailedMessage(answer, UsedFailure(answer)));
    case v1::VERDICT_DEADLINE_EXCEEDED:
      return FailedRpc(answer, kDeadlineExceeded, "GATHER_DEADLINE", CutMessage(said));
    case v1::VERDICT_CANCELLED:
      return FailedRpc(answer, kUnavailable, "SHUTDOWN", CutMessage(said));
    default:
      return {};
  }
}

RpcStatus ToRpcStatus(const Refusal& refusal) {
  v1::Status details = ToProto(refusal);
  details.clear_message();
  return {refusal.code, CutMessage(refusal.message), details.SerializeAsString()};
}

}  // namespace gather::engine
