// A backend for cancellations: calls that last until they are cancelled, and how many there are.
//
//   hold_backend
//
// /gather.benchmarks.v1.HoldService/Hold   never answers
// /gather.benchmarks.v1.HoldService/Held   answers at once: how many Hold calls are open, in
// decimal any other method                         answers at once with no bytes
//
// It listens on a free loopback port and prints one line on standard output, `ADDRESS:PORT`. It
// runs until it is killed.

#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <cstdio>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "benchmarks/deliver.h"
#include "engine/async/operation.h"

namespace gather::benchmarks {
namespace {

class HeldCall;

// The calls of the one queue.
class Backend {
 public:
  Backend(grpc::AsyncGenericService* service, grpc::ServerCompletionQueue* queue)
      : service_(service), queue_(queue) {}

  void Await();
  void Release(HeldCall* call) { calls_.erase(call); }

  grpc::AsyncGenericService* service() { return service_; }
  grpc::ServerCompletionQueue* queue() { return queue_; }

  int held = 0;

 private:
  grpc::AsyncGenericService* const service_;
  grpc::ServerCompletionQueue* const queue_;
  absl::flat_hash_map<HeldCall*, std::unique_ptr<HeldCall>> calls_;
};

// Awaiting --OnAccepted--> held --OnOver--> released
//                       └─> answering --OnFinished, OnOver--> released
class HeldCall {
 public:
  explicit HeldCall(Backend* backend) : backend_(backend), stream_(&context_) {
    context_.AsyncNotifyWhenDone(&over_);
    backend->service()->RequestCall(&context_, &stream_, backend->queue(), backend->queue(),
                                    &accepted_);
  }

 private:
  void OnAccepted(bool ok) {
    if (!ok) return backend_->Release(this);
    backend_->Await();
    outstanding_ = 1;  // the done tag
    held_ = absl::EndsWith(context_.method(), "/Hold");
    if (held_) {
      ++backend_->held;
      return;
    }
    const bool asks = absl::EndsWith(context_.method(), "/Held");
    const grpc::Slice bytes(asks ? std::to_string(backend_->held) : "");
    ++outstanding_;
    stream_.WriteAndFinish(grpc::ByteBuffer(&bytes, 1), grpc::WriteOptions(), grpc::Status::OK,
                           &finished_);
  }

  void OnFinished(bool /*ok*/) { Ended(); }

  void OnOver(bool /*ok*/) {
    if (held_) --backend_->held;
    Ended();
  }

  void Ended() {
    if (--outstanding_ == 0) backend_->Release(this);
  }

  Backend* const backend_;
  grpc::GenericServerContext context_;
  grpc::GenericServerAsyncReaderWriter stream_;
  bool held_ = false;
  int outstanding_ = 0;
  engine::MemberOperation<HeldCall, &HeldCall::OnAccepted> accepted_{this};
  engine::MemberOperation<HeldCall, &HeldCall::OnFinished> finished_{this};
  engine::MemberOperation<HeldCall, &HeldCall::OnOver> over_{this};
};

void Backend::Await() {
  auto call = std::make_unique<HeldCall>(this);
  calls_.emplace(call.get(), std::move(call));
}

int Main() {
  grpc::AsyncGenericService service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterAsyncGenericService(&service);
  const std::unique_ptr<grpc::ServerCompletionQueue> queue = builder.AddCompletionQueue();
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    std::fprintf(stderr, "hold_backend: cannot listen on a loopback port\n");
    return 1;
  }
  std::printf("127.0.0.1:%d\n", port);
  std::fflush(stdout);
  Backend backend(&service, queue.get());
  constexpr int kAwaited = 512;
  for (int i = 0; i < kAwaited; ++i) backend.Await();
  void* tag;
  bool ok;
  while (queue->Next(&tag, &ok)) Deliver(tag, ok);
  return 0;
}

}  // namespace
}  // namespace gather::benchmarks

int main() { return gather::benchmarks::Main(); }
