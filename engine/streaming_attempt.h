#ifndef GATHER_ENGINE_STREAMING_ATTEMPT_H_
#define GATHER_ENGINE_STREAMING_ATTEMPT_H_

#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include <cstdint>
#include <memory>
#include <string>

#include "engine/async/operation.h"
#include "engine/attempt.h"
#include "engine/attempt_pool.h"
#include "engine/backend_stubs.h"
#include "engine/outgoing_call.h"
#include "engine/reply_collector.h"

namespace gather::engine {

// One call of a server-streaming method over gRPC, or two when the first was refused unseen. One at
// a time; reused for the next.
//
//   reading ──message taken──▶ reading
//   reading ──no more message, or one that is not taken──▶ finishing ──status──▶ finished
//
// The next message is read when the one before was accounted for, so that gRPC's flow control holds
// back a backend that is too fast. The request goes out meanwhile: an attempt has ended when it is
// finished and its request's operation has ended, too.
class StreamingAttempt final : public Attempt {
 public:
  using Pool = AttemptPool<StreamingAttempt>;

  // All must outlive this.
  StreamingAttempt(Pool* pool, BackendStubs* stubs, grpc::CompletionQueue* queue)
      : pool_(pool), queue_(queue), call_(stubs) {}

  void Begin(Pool::Place self, AttemptCall call, AttemptObserver* observer, std::uint32_t slot);

  void Cancel() override { call_.Cancel(); }
  void Detach() override;

 private:
  enum class State { kReading, kFinishing, kFinished };

  void Send();
  void OnSent(bool ok);
  void OnRead(bool ok);
  void OnFinished(bool ok);
  void Read();
  void Finish();
  void EndIfDone();

  Pool* const pool_;
  grpc::CompletionQueue* const queue_;
  Pool::Place self_;
  OutgoingCall call_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream_;
  grpc::ByteBuffer message_;
  ReplyCollector collector_;
  std::string peer_;  // gRPC forgets it when a call is cancelled
  State state_ = State::kReading;
  bool got_message_ = false;
  bool sending_ = false;
  MemberOperation<StreamingAttempt, &StreamingAttempt::OnSent> sent_{this};
  MemberOperation<StreamingAttempt, &StreamingAttempt::OnRead> read_{this};
  MemberOperation<StreamingAttempt, &StreamingAttempt::OnFinished> finished_{this};
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_STREAMING_ATTEMPT_H_
