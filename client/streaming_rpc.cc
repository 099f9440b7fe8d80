#include "gather/streaming_rpc.h"

#include <utility>

#include "gather/rpc_context.h"
#include "gather/rpc_status.h"

namespace gather::internal {

StreamingRpc::StreamingRpc(const GatherContext& context, OutstandingSet* outstanding,
                           std::shared_ptr<StreamSink> sink)
    : outstanding_(outstanding), sink_(std::move(sink)) {
  Prepare(context, &context_);
}

void StreamingRpc::Cancel() {
  bool parked = false;
  {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    parked = state_ == State::kParked;
    if (parked) state_ = State::kReading;
  }
  context_.TryCancel();
  if (!parked) return;
  StartRead(&read_);  // without it nobody would see the end
}

void StreamingRpc::Pause(bool paused) {
  {
    const std::lock_guard lock(mutex_);
    paused_ = paused;
    if (paused || state_ != State::kParked) return;
    state_ = State::kReading;
  }
  StartRead(&read_);
}

bool StreamingRpc::TryHold() {
  const std::lock_guard lock(mutex_);
  if (state_ == State::kStarting || state_ == State::kFinishing) return false;
  ++holds_;
  return true;
}

void StreamingRpc::Release() {
  bool cancelled = false;
  {
    const std::lock_guard lock(mutex_);
    if (--holds_ > 0) return;
    cancelled = cancelled_;
  }
  std::exchange(sink_, nullptr)->OnEnd(StatusOfRpc(context_, status_, cancelled));
  outstanding_->Remove(this);
}

void StreamingRpc::OnStart(bool ok) {
  if (ok) {
    ReadOn();
  } else {
    Finish();
  }
  OnStarted(ok);
}

void StreamingRpc::OnRead(bool ok) {
  if (!ok) return Finish();
  {
    const std::lock_guard lock(mutex_);
    state_ = State::kDelivering;
  }
  OnMessage(sink_.get());
  ReadOn();
}

void StreamingRpc::ReadOn() {
  {
    const std::lock_guard lock(mutex_);
    const bool parked = paused_ && !cancelled_;
    state_ = parked ? State::kParked : State::kReading;
    if (parked) return;
  }
  StartRead(&read_);
}

// GRPC fails a write that is still outstanding by itself: the call is over.
void StreamingRpc::Finish() {
  {
    const std::lock_guard lock(mutex_);
    state_ = State::kFinishing;
  }
  StartFinish(&status_, &finished_);
}

// Finish() always comes to pass; how the RPC ended says its status.
void StreamingRpc::OnFinished(bool /*ok*/) { Release(); }

}  // namespace gather::internal
