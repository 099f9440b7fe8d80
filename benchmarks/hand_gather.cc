#include "benchmarks/hand_gather.h"

#include <grpcpp/client_context.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "engine/async/operation.h"

namespace gather::benchmarks {

class HandGather::Call final : public engine::Operation {
 public:
  Call(HandGather* gather, int index) : gather_(gather), index_(index) {}

  void Start() {
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    HandCall call = gather_->next_call_();
    reader_ = gather_->stub_->PrepareUnaryCall(&context_, call.method,
                                               grpc::ByteBuffer(&call.request, 1), gather_->queue_);
    reader_->StartCall();
    reader_->Finish(&reply_, &status_, this);
  }

  void OnDone(bool ok) override {
    if (!ok) status_ = grpc::Status(grpc::StatusCode::INTERNAL, "the call was not finished");
    gather_->OnEnded(index_, status_, &reply_);
  }

 private:
  HandGather* gather_;
  int index_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader_;
  grpc::ByteBuffer reply_;
  grpc::Status status_;
};

HandGather::HandGather(grpc::GenericStub* stub, grpc::CompletionQueue* queue, int calls,
                       std::function<HandCall()> next_call, std::function<void()> on_ended)
    : stub_(stub),
      queue_(queue),
      next_call_(std::move(next_call)),
      on_ended_(std::move(on_ended)),
      calls_(calls),
      replies_(calls) {}

HandGather::~HandGather() = default;

void HandGather::Launch(size_t count) {
  const size_t end = launched_ + std::min(count, calls_.size() - launched_);
  for (; launched_ < end; ++launched_) {
    calls_[launched_] = std::make_unique<Call>(this, launched_);
    calls_[launched_]->Start();
  }
}

void HandGather::OnEnded(int index, const grpc::Status& status, grpc::ByteBuffer* reply) {
  if (!status.ok() && failures_++ == 0) status_ = status;
  replies_[index].Swap(reply);
  ended_call_ = std::move(calls_[index]);
  if (++ended_ == calls_.size()) on_ended_();
}

}  // namespace gather::benchmarks
