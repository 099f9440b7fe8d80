// A backend for cancellations and for much in flight: calls that last until they are cancelled or
// released, and how many there are.
//
//   hold_backend [--ports=N]
//
// /gather.benchmarks.v1.HoldService/Hold      lasts; answers with no bytes when it is released
// /gather.benchmarks.v1.HoldService/Release   answers at once, and so do all Hold calls
// /gather.benchmarks.v1.HoldService/Held      answers at once: how many Hold calls are open, in
//                                             decimal
// /gather.benchmarks.v1.HoldService/Await     its message is a number in decimal; answers as soon
//                                             as so many Hold calls are open
// any other method                            answers at once with no bytes
//
// It listens on free loopback ports and prints one line on standard output, `ADDRESS:PORT`, with
// several ports separated by commas. It runs until it is killed.

#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "benchmarks/deliver.h"
#include "engine/async/operation.h"

ABSL_FLAG(int, ports, 1, "How many ports to listen on.");

namespace gather::benchmarks {
namespace {

class HeldCall;

// The calls of the one queue.
class Backend {
 public:
  Backend(grpc::AsyncGenericService* service, grpc::ServerCompletionQueue* queue)
      : service_(service), queue_(queue) {}

  void Accept();
  void Release(HeldCall* call) { calls_.erase(call); }

  void Hold(HeldCall* call) {
    held_.insert(call);
    AnswerWaiting();
  }
  void Let(HeldCall* call) {
    if (held_.erase(call) > 0) AnswerWaiting();
  }
  void AwaitHeld(HeldCall* waiting, std::size_t count) {
    waiting_.emplace(waiting, count);
    AnswerWaiting();
  }
  void Forget(HeldCall* waiting) { waiting_.erase(waiting); }
  void AnswerHeld();

  std::size_t held() const { return held_.size(); }
  grpc::AsyncGenericService* service() { return service_; }
  grpc::ServerCompletionQueue* queue() { return queue_; }

 private:
  void AnswerWaiting();

  grpc::AsyncGenericService* const service_;
  grpc::ServerCompletionQueue* const queue_;
  absl::flat_hash_map<HeldCall*, std::unique_ptr<HeldCall>> calls_;
  absl::flat_hash_set<HeldCall*> held_;
  absl::flat_hash_map<HeldCall*, std::size_t> waiting_;  // until so many are held
};

// Accepting --OnAccepted--> held ------------Answer--┐
//                       └─> reading --OnRead--> waiting --Answer--┤
//                       └─────────────────────────────────────────┴─> answering --OnFinished-->
// and OnOver in each state after the first; released when both have come.
class HeldCall {
 public:
  explicit HeldCall(Backend* backend) : backend_(backend), stream_(&context_) {
    context_.AsyncNotifyWhenDone(&over_);
    backend->service()->RequestCall(&context_, &stream_, backend->queue(), backend->queue(),
                                    &accepted_);
  }

  void Answer(const std::string& text = "") {
    const grpc::Slice bytes(text);
    ++outstanding_;
    stream_.WriteAndFinish(grpc::ByteBuffer(&bytes, 1), grpc::WriteOptions(), grpc::Status::OK,
                           &finished_);
  }

 private:
  void OnAccepted(bool ok) {
    if (!ok) return backend_->Release(this);
    backend_->Accept();
    outstanding_ = 1;  // the done tag
    if (absl::EndsWith(context_.method(), "/Hold")) return backend_->Hold(this);
    if (absl::EndsWith(context_.method(), "/Await")) {
      ++outstanding_;
      return stream_.Read(&request_, &read_);
    }
    if (absl::EndsWith(context_.method(), "/Release")) backend_->AnswerHeld();
    const bool asks = absl::EndsWith(context_.method(), "/Held");
    Answer(asks ? absl::StrCat(backend_->held()) : "");
  }

  void OnRead(bool ok) {
    grpc::Slice bytes;
    std::size_t count = 0;
    if (ok && !over_came_ && request_.TrySingleSlice(&bytes).ok() &&
        absl::SimpleAtoi(std::string(bytes.begin(), bytes.end()), &count)) {
      backend_->AwaitHeld(this, count);
    } else {
      context_.TryCancel();
    }
    Ended();
  }

  void OnFinished(bool /*ok*/) { Ended(); }

  void OnOver(bool /*ok*/) {
    over_came_ = true;
    backend_->Let(this);
    backend_->Forget(this);
    Ended();
  }

  void Ended() {
    if (--outstanding_ == 0) backend_->Release(this);
  }

  Backend* const backend_;
  grpc::GenericServerContext context_;
  grpc::GenericServerAsyncReaderWriter stream_;
  grpc::ByteBuffer request_;
  bool over_came_ = false;
  int outstanding_ = 0;
  engine::MemberOperation<HeldCall, &HeldCall::OnAccepted> accepted_{this};
  engine::MemberOperation<HeldCall, &HeldCall::OnRead> read_{this};
  engine::MemberOperation<HeldCall, &HeldCall::OnFinished> finished_{this};
  engine::MemberOperation<HeldCall, &HeldCall::OnOver> over_{this};
};

void Backend::Accept() {
  auto call = std::make_unique<HeldCall>(this);
  calls_.emplace(call.get(), std::move(call));
}

void Backend::AnswerHeld() {
  for (HeldCall* const call : std::exchange(held_, {})) call->Answer();
  AnswerWaiting();
}

void Backend::AnswerWaiting() {
  if (waiting_.empty()) return;
  std::vector<HeldCall*> due;
  for (const auto& [call, count] : waiting_) {
    if (count == held_.size()) due.push_back(call);
  }
  for (HeldCall* const call : due) {
    waiting_.erase(call);
    call->Answer();
  }
}

int Main() {
  grpc::AsyncGenericService service;
  grpc::ServerBuilder builder;
  std::vector<int> ports(absl::GetFlag(FLAGS_ports), 0);
  for (int& port : ports) {
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  }
  builder.RegisterAsyncGenericService(&service);
  const std::unique_ptr<grpc::ServerCompletionQueue> queue = builder.AddCompletionQueue();
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) {
    std::fprintf(stderr, "hold_backend: cannot listen on a loopback port\n");
    return 1;
  }
  const auto append = [](std::string* out, int port) { absl::StrAppend(out, "127.0.0.1:", port); };
  std::printf("%s\n", absl::StrJoin(ports, ",", append).c_str());
  std::fflush(stdout);
  Backend backend(&service, queue.get());
  constexpr int kAwaited = 512;
  for (int i = 0; i < kAwaited; ++i) backend.Accept();
  void* tag;
  bool ok;
  while (queue->Next(&tag, &ok)) Deliver(tag, ok);
  return 0;
}

}  // namespace
}  // namespace gather::benchmarks

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  return gather::benchmarks::Main();
}
