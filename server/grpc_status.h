#ifndef GATHER_SERVER_GRPC_STATUS_H_
#define GATHER_SERVER_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "engine/rpc_status.h"

namespace gather::server {

// The status of an RPC as gRPC takes it.
inline grpc::Status ToGrpc(const engine::RpcStatus& status) {
  if (status.code == 0) return grpc::Status::OK;
  return {static_cast<grpc::StatusCode>(status.code), status.message, status.details};
}

}  // namespace gather::server

#endif  // GATHER_SERVER_GRPC_STATUS_H_
