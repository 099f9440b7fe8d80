#ifndef BENCHMARKS_HAND_GATHER_H_
#define BENCHMARKS_HAND_GATHER_H_

#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>
#include <grpcpp/support/status.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace gather::benchmarks {

// A sub-call as it is launched.
struct HandCall {
  const char* method;
  grpc::Slice request;
};

// One gather as a C++ user writes it by hand over a completion queue: byte buffers, a context, a
// reply and a 30 s deadline for each call, replies kept in the order of the calls. Its owner
// launches the calls and delivers the queue's tags, in one thread.
class HandGather {
 public:
  // `next_call` is asked for each call when it is launched. `on_ended` runs when the last has
  // ended; the gather must outlive that, and the delivery in which it runs.
  HandGather(grpc::GenericStub* stub, grpc::CompletionQueue* queue, int calls,
             std::function<HandCall()> next_call, std::function<void()> on_ended);
  ~HandGather();

  // Launches the next `count` calls, or as many as there are.
  void Launch(size_t count);
  bool launched() const { return launched_ == calls_.size(); }

  // After the end: the status of the first call that failed, or OK; how many did; the replies.
  const grpc::Status& status() const { return status_; }
  int failures() const { return failures_; }
  std::vector<grpc::ByteBuffer>& replies() { return replies_; }

 private:
  class Call;

  void OnEnded(int index, const grpc::Status& status, grpc::ByteBuffer* reply);

  grpc::GenericStub* const stub_;
  grpc::CompletionQueue* const queue_;
  const std::function<HandCall()> next_call_;
  const std::function<void()> on_ended_;
  std::vector<std::unique_ptr<Call>> calls_;
  std::vector<grpc::ByteBuffer> replies_;
  grpc::Status status_;
  int failures_ = 0;
  size_t launched_ = 0;
  size_t ended_ = 0;
  // The call that ended last: kept until the next one ends, so that no call is freed while its own
  // completion is being delivered.
  std::unique_ptr<Call> ended_call_;
};

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_HAND_GATHER_H_
