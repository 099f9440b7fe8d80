#ifndef GATHER_ENGINE_UNARY_ATTEMPT_H_
#define GATHER_ENGINE_UNARY_ATTEMPT_H_

#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include <cstdint>
#include <memory>

#include "engine/async/operation.h"
#include "engine/attempt.h"
#include "engine/attempt_pool.h"
#include "engine/backend_stubs.h"
#include "engine/outgoing_call.h"

namespace gather::engine {

// One unary call over gRPC, or two when the first was refused unseen. One at a time; reused for the
// next.
class UnaryAttempt final : public Attempt {
 public:
  using Pool = AttemptPool<UnaryAttempt>;

  // All must outlive this.
  UnaryAttempt(Pool* pool, BackendStubs* stubs, grpc::CompletionQueue* queue)
      : pool_(pool), queue_(queue), call_(stubs) {}

  void Begin(Pool::Place self, AttemptCall call, AttemptObserver* observer, std::uint32_t slot);

  void Cancel() override { call_.Cancel(); }
  void Detach() override { call_.Detach(); }

 private:
  void Send();
  void OnFinished(bool ok);

  Pool* const pool_;
  grpc::CompletionQueue* const queue_;
  Pool::Place self_;
  OutgoingCall call_;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader_;
  grpc::ByteBuffer reply_;
  MemberOperation<UnaryAttempt, &UnaryAttempt::OnFinished> finished_{this};
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_UNARY_ATTEMPT_H_
