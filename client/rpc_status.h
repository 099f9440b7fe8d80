#ifndef GATHER_CLIENT_RPC_STATUS_H_
#define GATHER_CLIENT_RPC_STATUS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace gather::internal {

// An RPC's status as gRPC carries it. `details` are the bytes of grpc-status-details-bin, a
// serialised v1::Status; each of its details becomes a payload. Bytes that are none are left out.
absl::Status StatusFromRpc(int code, absl::string_view message, const std::string& details);

}  // namespace gather::internal

#endif  // GATHER_CLIENT_RPC_STATUS_H_
