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

}  // namespace gather::internal
