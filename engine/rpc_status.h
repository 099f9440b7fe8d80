#ifndef GATHER_ENGINE_RPC_STATUS_H_
#define GATHER_ENGINE_RPC_STATUS_H_

#include <string>

#include "engine/outcome.h"
#include "engine/refusal.h"

namespace gather::engine {

// A status as gRPC sends it: code, message (at most 512 bytes before encoding) and the bytes of
// `grpc-status-details-bin` (at most 4,096, a serialised v1::Status with an empty message).
struct RpcStatus {
  int code = 0;
  std::string message;
  std::string details;
};

// The RPC status that goes with the answer, by verdict and error_delivery; OK means that the
// response goes out too. A FAILED names the sub-call whose failure it is; any other verdict says
// what the decision's status says.
RpcStatus ToRpcStatus(const Answer& answer);

// The RPC status of a refusal.
RpcStatus ToRpcStatus(const Refusal& refusal);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_RPC_STATUS_H_
