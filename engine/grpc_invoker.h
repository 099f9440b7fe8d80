#ifndef GATHER_ENGINE_GRPC_INVOKER_H_
#define GATHER_ENGINE_GRPC_INVOKER_H_

#include <grpcpp/completion_queue.h>

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "engine/attempt.h"
#include "engine/target.h"

namespace gather::engine {

class BackendStub;
class GrpcAttempt;

// Starts attempts over gRPC, on the channels and the completion queue of one worker. Requests and
// replies are byte buffers: nothing is looked into.
//
// A stream that the backend refused without looking at it is sent once more, on another
// connection, inside the same attempt.
//
// Destruction: when no attempt is outstanding, and before the queue is shut down.
class GrpcInvoker final : public Invoker {
 public:
  // `queue` and `targets` must outlive this.
  GrpcInvoker(grpc::CompletionQueue* queue, const TargetTable& targets,
              std::uint64_t max_reply_bytes);
  ~GrpcInvoker() override;

  Attempt* Start(AttemptCall call, AttemptObserver* observer, std::uint32_t slot) override;

 private:
  friend class GrpcAttempt;

  // A target's channel, and a second one, made when it is first needed.
  struct Backend {
    const Target* target;
    std::unique_ptr<BackendStub> first;
    std::unique_ptr<BackendStub> second;
  };

  BackendStub* StubFor(const Target& target, bool second);
  void Recycle(std::list<GrpcAttempt>::iterator attempt);

  grpc::CompletionQueue* const queue_;
  const std::uint64_t max_reply_bytes_;
  std::vector<Backend> backends_;
  std::list<GrpcAttempt> outstanding_;
  std::list<GrpcAttempt> spare_;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_GRPC_INVOKER_H_
