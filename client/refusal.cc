#include "gather/refusal.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

namespace gather::internal {

absl::Status MakeRefusal(absl::StatusCode code, absl::string_view reason, absl::string_view field,
                         absl::string_view what) {
  absl::Status status(code, absl::StrCat(field, ": ", what));
  v1::ErrorInfo info;
  info.set_reason(std::string(reason));
  (*info.mutable_metadata())["field"] = std::string(field);
  AddErrorInfo(std::move(info), &status);
  return status;
}

bool IsRefusal(const absl::Status& status) {
  const auto payload = status.GetPayload(kErrorInfoUrl);
  if (!payload.has_value() || status.GetPayload(kGatherFailureUrl).has_value()) return false;
  v1::ErrorInfo info;
  return info.ParseFromString(std::string(*payload)) && info.domain() == kDomain;
}

void AddErrorInfo(v1::ErrorInfo info, absl::Status* status) {
  info.set_domain(std::string(kDomain));
  status->SetPayload(kErrorInfoUrl, absl::Cord(info.SerializeAsString()));
}

}  // namespace gather::internal
