#include "engine/grpc_invoker.h"

#include <utility>

namespace gather::engine {

Attempt* GrpcInvoker::Start(AttemptCall call, AttemptObserver* observer, std::uint32_t slot) {
  if (!call.server_streaming) {
    const auto attempt = unary_.Take(&unary_, &stubs_, queue_);
    attempt->Begin(attempt, std::move(call), observer, slot);
    return &*attempt;
  }
  const auto attempt = streaming_.Take(&streaming_, &stubs_, queue_);
  attempt->Begin(attempt, std::move(call), observer, slot);
  return &*attempt;
}

}  // namespace gather::engine
