#include "benchmarks/fan_out.h"

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "benchmarks/deliver.h"
#include "engine/async/operation.h"

namespace gather::benchmarks {
namespace {

constexpr int kQuantum = 32;
constexpr char kMethod[] = "/gather.benchmarks.v1.EchoService/Echo";

}  // namespace

class FanOut::Call final : public engine::Operation {
 public:
  Call(FanOut* fan_out, HandGather* gather, int index)
      : fan_out_(fan_out), gather_(gather), index_(index) {}

  void Start() {
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    grpc::Slice slice(fan_out_->payload_);
    reader_ = fan_out_->stub_.PrepareUnaryCall(&context_, kMethod, grpc::ByteBuffer(&slice, 1),
                                               &fan_out_->queue_);
    reader_->StartCall();
    reader_->Finish(&reply_, &status_, this);
  }

  void OnDone(bool ok) override;

 private:
  FanOut* fan_out_;
  HandGather* gather_;
  int index_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader_;
  grpc::ByteBuffer reply_;
  grpc::Status status_;
};

class FanOut::HandGather {
 public:
  HandGather(FanOut* fan_out, int calls) : fan_out_(fan_out), calls_(calls), replies_(calls) {}

  void Launch(size_t count) {
    const size_t end = std::min(calls_.size(), launched_ + count);
    for (; launched_ < end; ++launched_) {
      calls_[launched_] = std::make_unique<Call>(fan_out_, this, launched_);
      calls_[launched_]->Start();
    }
  }

  bool launched() const { return launched_ == calls_.size(); }

  // Keeps the reply, as a caller would, and gives the call back for its release.
  std::unique_ptr<Call> OnEnded(int index, grpc::ByteBuffer* reply) {
    replies_[index].Swap(reply);
    ++ended_;
    return std::move(calls_[index]);
  }

  bool ended() const { return ended_ == calls_.size(); }

  void Reset() {
    for (grpc::ByteBuffer& reply : replies_) reply.Clear();
    launched_ = ended_ = 0;
  }

 private:
  FanOut* fan_out_;
  std::vector<std::unique_ptr<Call>> calls_;
  std::vector<grpc::ByteBuffer> replies_;
  size_t launched_ = 0;
  size_t ended_ = 0;
};

void FanOut::Call::OnDone(bool ok) {
  if (!ok || !status_.ok() || reply_.Length() != fan_out_->payload_.size()) {
    fan_out_->errors_.Add(absl::StrCat("call ", index_, ": status ", status_.error_code(), " ",
                                       status_.error_message(), ", ", reply_.Length(), " bytes"));
  }
  fan_out_->ended_call_ = gather_->OnEnded(index_, &reply_);
  if (gather_->ended()) fan_out_->OnGatherEnded(gather_);
}

FanOut::FanOut(const std::string& backend, Launch launch)
    : launch_(launch), stub_(grpc::CreateChannel(backend, grpc::InsecureChannelCredentials())) {}

FanOut::~FanOut() {
  queue_.Shutdown();
  void* tag;
  bool ok;
  while (queue_.Next(&tag, &ok)) Deliver(tag, ok);
}

Errors FanOut::Run(const Shape& shape, int64_t gathers) {
  payload_.assign(shape.payload_bytes, 'x');
  errors_ = {};
  const int at_once = std::min<int64_t>(shape.at_once, gathers);
  unstarted_ = gathers - at_once;
  unended_ = gathers;
  std::deque<HandGather> running;
  for (int i = 0; i < at_once; ++i) {
    launching_.push_back(&running.emplace_back(this, shape.calls));
  }
  while (unended_ > 0) {
    if (launching_.empty()) {
      WaitForOne();
    } else {
      LaunchNext();
    }
  }
  return errors_;
}

void FanOut::LaunchNext() {
  HandGather* gather = launching_.front();
  gather->Launch(launch_ == Launch::kAll ? std::numeric_limits<int>::max() : kQuantum);
  if (gather->launched()) launching_.pop_front();
  if (launch_ == Launch::kPaced && !launching_.empty()) TakeReady();
}

void FanOut::TakeReady() {
  const gpr_timespec past = gpr_inf_past(GPR_CLOCK_MONOTONIC);
  void* tag;
  bool ok;
  while (queue_.AsyncNext(&tag, &ok, past) == grpc::CompletionQueue::GOT_EVENT) Deliver(tag, ok);
}

void FanOut::WaitForOne() {
  void* tag;
  bool ok;
  if (queue_.Next(&tag, &ok)) Deliver(tag, ok);
}

void FanOut::OnGatherEnded(HandGather* gather) {
  --unended_;
  if (unstarted_ == 0) return;
  --unstarted_;
  gather->Reset();
  launching_.push_back(gather);
}

}  // namespace gather::benchmarks
