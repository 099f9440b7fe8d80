#ifndef GATHER_CLIENT_RPC_STATUS_H_
#define GATHER_CLIENT_RPC_STATUS_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace gather::internal {

// An RPC's status as gRPC carries it. `details` are the bytes of grpc-status-details-bin, a
// serialised v1::Status; each of its details becomes a payload. Bytes that are none are left out.
absl::Status StatusFromRpc(int code, absl::string_view message, const std::string& details);

// The status of an RPC to gatherd that has ended. gRPC's server answers CANCELLED by itself to what
// arrives while it shuts down; unless `cancelled` by us, that is UNAVAILABLE. It is told by the
// trailer that each of gatherd's own answers has.
absl::Status StatusOfRpc(const grpc::ClientContext& context, const grpc::Status& status,
                         bool cancelled);

}  // namespace gather::internal

#endif  // GATHER_CLIENT_RPC_STATUS_H_
