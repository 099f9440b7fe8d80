#ifndef BENCHMARKS_HELD_BY_HAND_H_
#define BENCHMARKS_HELD_BY_HAND_H_

#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <deque>
#include <memory>
#include <string>

namespace gather::benchmarks {

// Calls of the hold backend that a user starts and cancels by hand: one queue, one channel with
// gRPC's default arguments, one context each. Used by one thread.
class HeldByHand {
 public:
  explicit HeldByHand(const std::string& backend);

  // When none is held any more.
  ~HeldByHand();

  // Starts `count` calls, each with a payload of so many bytes, when none is held; returns when the
  // backend has all of them. False: it has not said so.
  bool Start(int count, int payload_bytes = 0);

  // Cancels each call and awaits them all.
  void CancelAll();

  // Awaits them all; returns how many failed.
  int AwaitAll();

 private:
  // A call and what it came to.
  struct Held {
    grpc::ClientContext context;
    std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader;
    grpc::ByteBuffer reply;
    grpc::Status status;
  };

  void Send(const char* method, const grpc::ByteBuffer& request, Held* held);

  grpc::GenericStub stub_;
  grpc::CompletionQueue queue_;
  std::deque<Held> held_;
};

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_HELD_BY_HAND_H_
