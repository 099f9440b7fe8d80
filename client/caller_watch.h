#ifndef GATHER_CLIENT_CALLER_WATCH_H_
#define GATHER_CLIENT_CALLER_WATCH_H_

#include <stop_token>

namespace grpc {
class ServerContextBase;
}  // namespace grpc

namespace gather::internal {

// A token that is stopped when the server call of `context` is cancelled or ends, whichever API
// serves it. `context` must be of a call that was received and has not ended; it is not used after
// the return. Costs no thread and no polling.
std::stop_token WatchCaller(const grpc::ServerContextBase& context);

}  // namespace gather::internal

#endif  // GATHER_CLIENT_CALLER_WATCH_H_
