#include "gather/rpc_status.h"

#include "gather/status_from_proto.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {

absl::Status StatusFromRpc(int code, absl::string_view message, const std::string& details) {
  absl::Status status(static_cast<absl::StatusCode>(code), message);
  v1::Status proto;
  if (proto.ParseFromString(details)) AddDetails(proto, &status);
  return status;
}

absl::Status StatusOfRpc(const grpc::ClientContext& context, const grpc::Status& status,
                         bool cancelled) {
  const bool answered = context.GetServerTrailingMetadata().count("gather-id") > 0;
  if (status.error_code() == grpc::StatusCode::CANCELLED && !cancelled && !answered) {
    return absl::UnavailableError(
        "the RPC was cancelled before gatherd answered it, as when a server shuts down");
  }
  return StatusFromRpc(status.error_code(), status.error_message(), status.error_details());
}

}  // namespace gather::internal
