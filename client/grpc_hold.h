#ifndef GATHER_CLIENT_GRPC_HOLD_H_
#define GATHER_CLIENT_GRPC_HOLD_H_

namespace gather::internal {

// Keeps gRPC initialised from the first call to the end of the process. Without it the end of a
// process's last client takes the library down, which gRPC sometimes waits 10 s with, for sockets
// that it has closed already.
void HoldGrpc();

}  // namespace gather::internal

#endif  // GATHER_CLIENT_GRPC_HOLD_H_
