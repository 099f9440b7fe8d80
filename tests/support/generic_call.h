#ifndef GATHER_TESTS_SUPPORT_GENERIC_CALL_H_
#define GATHER_TESTS_SUPPORT_GENERIC_CALL_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/channel_arguments.h>
#include <grpcpp/support/status.h>

#include <chrono>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace gather::test {

// The arguments of the channels to backends: no retries, no compression, no proxy, pools and
// backoff of their own.
grpc::ChannelArguments BackendChannelArguments();

// What a unary call brought.
struct CallResult {
  grpc::Status status;
  bool got_message = false;
  bool compressed = false;
  std::string reply;
  std::string peer;
};

// One unary call with plain bytes, started by the constructor. Not for more than one thread, except
// `context().TryCancel()`. The destructor cancels and joins.
//
// Example:
//   GenericCall call(channel, "/x.Y/Z", "ping");
//   EXPECT_EQ(call.Wait().reply, "pong");
class GenericCall {
 public:
  GenericCall(std::shared_ptr<grpc::Channel> channel, const std::string& method,
              absl::string_view request,
              std::chrono::milliseconds timeout = std::chrono::seconds(10));

  // As above, with the caller's own settings made first (metadata, deadline).
  GenericCall(std::shared_ptr<grpc::Channel> channel, const std::string& method,
              absl::string_view request, std::unique_ptr<grpc::ClientContext> context);
  ~GenericCall();
  GenericCall(const GenericCall&) = delete;
  GenericCall& operator=(const GenericCall&) = delete;

  // Blocks until the call has ended.
  const CallResult& Wait();

  // Lets gRPC work on the call for `time` without waiting for its end; true when it has ended.
  bool PollFor(std::chrono::milliseconds time);

  grpc::ClientContext& context() { return *context_; }

 private:
  void TakeResult();

  std::unique_ptr<grpc::ClientContext> context_;
  grpc::CompletionQueue queue_;
  grpc::GenericStub stub_;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader_;
  grpc::ByteBuffer reply_;
  bool ended_ = false;
  CallResult result_;
};

}  // namespace gather::test

#endif  // GATHER_TESTS_SUPPORT_GENERIC_CALL_H_
