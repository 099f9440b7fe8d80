#ifndef GATHER_ENGINE_GRPC_INVOKER_H_
#define GATHER_ENGINE_GRPC_INVOKER_H_

#include <grpcpp/completion_queue.h>

#include <cstddef>
#include <cstdint>

#include "engine/attempt.h"
#include "engine/backend_stubs.h"
#include "engine/observer.h"
#include "engine/streaming_attempt.h"
#include "engine/unary_attempt.h"

namespace gather::engine {

// Starts attempts over gRPC, on the channels and the completion queue of one worker. Requests and
// replies are byte buffers: nothing is looked into.
//
// A stream that the backend refused without looking at it is sent once more, on another
// connection, inside the same attempt.
//
// Destruction: when no attempt is outstanding, and before the queue is shut down.
class GrpcInvoker final : public Invoker {
 public:
  // `queue` must outlive this, and so must `observer`, if there is one: it hears of calls that
  // waited in a full connection.
  explicit GrpcInvoker(grpc::CompletionQueue* queue, Observer* observer = nullptr)
      : queue_(queue), stubs_(observer) {}

  Attempt* Start(AttemptCall call, AttemptObserver* observer, std::uint32_t slot) override;
  void Drop(std::size_t channel_id) override { stubs_.Drop(channel_id); }

 private:
  grpc::CompletionQueue* const queue_;
  BackendStubs stubs_;
  UnaryAttempt::Pool unary_;
  StreamingAttempt::Pool streaming_;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_GRPC_INVOKER_H_
