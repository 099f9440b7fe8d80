#include "gather/remote_group.h"

namespace gather::internal {

void RemoteGroup::Start(v1::GatherService::Stub* stub, v1::Open open,
                        grpc::CompletionQueue* queue) {
  v1::TaskGroupRequest first;
  *first.mutable_open() = std::move(open);
  Send(std::move(first));
  stream_ = stub->PrepareAsyncTaskGroup(context(), queue);
  stream_->StartCall(started());
}

void RemoteGroup::Send(v1::TaskGroupRequest message) {
  {
    const std::lock_guard lock(mutex_);
    if (sending_ == Sending::kClosed || (joining_ && message.has_add())) return;
    if (message.has_join()) joining_ = true;
    queue_.push_back(std::move(message));
    if (sending_ != Sending::kIdle) return;
    sending_ = Sending::kWriting;
  }
  WriteNext();
}

void RemoteGroup::OnStarted(bool ok) {
  if (!ok) return Close();
  {
    const std::lock_guard lock(mutex_);
    sending_ = Sending::kWriting;
  }
  WriteNext();
}

void RemoteGroup::OnWritten(bool ok) {
  if (ok) {
    WriteNext();
  } else {
    Close();
  }
  Release();
}

void RemoteGroup::WriteNext() {
  v1::TaskGroupRequest message;
  {
    const std::lock_guard lock(mutex_);
    if (queue_.empty()) {
      sending_ = Sending::kIdle;
      return;
    }
    message = std::move(queue_.front());
    queue_.pop_front();
  }
  if (!TryHold()) return Close();
  stream_->Write(message, static_cast<Completion*>(&written_));
}

void RemoteGroup::Close() {
  std::deque<v1::TaskGroupRequest> dropped;  // destroyed without the lock
  const std::lock_guard lock(mutex_);
  sending_ = Sending::kClosed;
  dropped.swap(queue_);
}

// What a newer server may send besides is not for this client.
void RemoteGroup::OnMessage(StreamSink* sink) {
  if (response_.has_opened()) {
    sink->OnOpened(std::move(*response_.mutable_opened()->mutable_gather_id()));
  } else if (response_.has_outcome()) {
    sink->OnOutcome(std::move(*response_.mutable_outcome()));
  } else if (response_.has_summary()) {
    sink->OnSummary(std::move(*response_.mutable_summary()));
  }
}

}  // namespace gather::internal
