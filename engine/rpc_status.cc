#include "engine/rpc_status.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

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

// The failure whose code the RPC takes, if a failure made the decision; null otherwise.
const FailureView* UsedFailure(const Answer& answer, const std::vector<FailureView>& failures) {
  const auto found = std::find_if(failures.begin(), failures.end(), [&answer](const auto& failure) {
    return failure.index == answer.status_of;
  });
  return found == failures.end() ? nullptr : &*found;
}

std::string FailedMessage(const Answer& answer) {
  const std::string said = Said(answer.decision.status());
  const std::vector<FailureView> failures = FailuresOf(answer);
  const FailureView* const used = UsedFailure(answer, failures);
  if (used == nullptr) return CutMessage(said);
  const std::size_t others = std::max<std::size_t>(failures.size(), answer.total_failures) - 1;
  const std::string suffix = others == 0 ? "" : absl::StrCat(" (+", others, " more)");
  const std::string text = absl::StrCat("sub-call ", used->index, " \"", used->id, "\" (",
                                        used->target, " ", used->method, "): ", said);
  return absl::StrCat(CutUtf8(text, kMaxMessageBytes - suffix.size()), suffix);
}

v1::ErrorInfo FailureInfo(const Answer& answer, absl::string_view reason) {
  v1::ErrorInfo info = MakeErrorInfo(reason);
  auto& metadata = *info.mutable_metadata();
  metadata["gather_id"] = answer.gather_id;
  const std::vector<FailureView> failures = FailuresOf(answer);
  const FailureView* const used = UsedFailure(answer, failures);
  if (used != nullptr) {
    metadata["index"] = absl::StrCat(used->index);
    metadata["id"] = absl::StrCat(used->id);
    metadata["target"] = absl::StrCat(used->target);
    metadata["method"] = absl::StrCat(used->method);
  }
  return info;
}

RpcStatus FailedRpc(const Answer& answer, int code, absl::string_view reason, std::string message) {
  v1::Status details;
  details.set_code(code);
  AddDetail(FailureInfo(answer, reason), &details);
  const std::size_t used = details.ByteSizeLong() + kFailureEnvelopeBytes;
  const std::size_t left = kMaxDetailsBytes - std::min(kMaxDetailsBytes, used);
  AddDetail(MakeGatherFailure(answer, answer.status_of, left), &details);
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
      return FailedRpc(answer, decision.status().code(), "SUB_CALL_FAILED", FailedMessage(answer));
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
