#include "gather/status_from_proto.h"

#include "absl/strings/cord.h"

namespace gather::internal {

absl::Status StatusFromProto(const v1::Status& proto) {
  absl::Status status(static_cast<absl::StatusCode>(proto.code()), proto.message());
  AddDetails(proto, &status);
  return status;
}

void AddDetails(const v1::Status& proto, absl::Status* status) {
  for (const google::protobuf::Any& detail : proto.details()) {
    if (status->GetPayload(detail.type_url()).has_value()) continue;
    status->SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
}

}  // namespace gather::internal
