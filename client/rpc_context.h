#ifndef GATHER_CLIENT_RPC_CONTEXT_H_
#define GATHER_CLIENT_RPC_CONTEXT_H_

#include <grpcpp/client_context.h>

#include "gather/connection.h"

namespace gather::internal {

// Gives an RPC that was not started yet the deadline and the metadata of its gather.
void Prepare(const GatherContext& gather, grpc::ClientContext* rpc);

}  // namespace gather::internal

#endif  // GATHER_CLIENT_RPC_CONTEXT_H_
