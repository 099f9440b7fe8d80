#include "tests/support/backend_call.h"

#include <string>
#include <utility>

namespace gather::test {
namespace {

// A deadline as far away as this is none.
constexpr std::chrono::hours kNoDeadline(24 * 365);

std::string ToString(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

ReceivedCall Received(const grpc::GenericServerContext& context, const grpc::ByteBuffer& request) {
  ReceivedCall call;
  call.method = context.method();
  call.authority = context.host();
  for (const auto& [key, value] : context.client_metadata()) {
    call.metadata.emplace_back(std::string(key.data(), key.size()),
                               std::string(value.data(), value.size()));
  }
  const auto left = context.deadline() - std::chrono::system_clock::now();
  if (left < kNoDeadline) call.deadline_left = left;
  call.request = ToString(request);
  call.arrived_at = std::chrono::steady_clock::now();
  return call;
}

}  // namespace

BackendCall::BackendCall(Owner* owner, grpc::ServerCompletionQueue* queue)
    : owner_(owner), queue_(queue) {}

void BackendCall::Accept(grpc::AsyncGenericService* service) {
  context_.AsyncNotifyWhenDone(static_cast<BackendEvent*>(&over_));
  ++outstanding_;
  service->RequestCall(&context_, &stream_, queue_, queue_, static_cast<BackendEvent*>(&accepted_));
}

void BackendCall::Answer(Behavior behavior) {
  behavior_ = std::move(behavior);
  if (behavior_.hang || owner_->stopping()) return;
  if (behavior_.delay.count() > 0) {
    ++outstanding_;
    alarm_.Set(queue_, std::chrono::system_clock::now() + behavior_.delay,
               static_cast<BackendEvent*>(&delay_over_));
    return;
  }
  SendNext();
}

void BackendCall::Dispatch(void (BackendCall::*handler)(bool), bool ok) {
  // The end of the call is no operation of its own.
  if (handler != &BackendCall::OnDone) --outstanding_;
  (this->*handler)(ok);
  if (done_ && outstanding_ == 0) owner_->OnEnded(this);
}

void BackendCall::OnAccepted(bool ok) {
  if (!ok) {
    done_ = true;
    return;
  }
  owner_->OnAccepted();
  if (owner_->stopping()) return;
  ++outstanding_;
  stream_.Read(&request_, static_cast<BackendEvent*>(&read_));
}

void BackendCall::OnRead(bool ok) {
  if (!ok) return;
  received_ = Received(context_, request_);
  request_.Clear();
  has_request_ = true;
  owner_->OnRequest(this);
}

void BackendCall::OnDelayOver(bool ok) {
  if (ok && !done_ && !owner_->stopping()) SendNext();
}

void BackendCall::OnWritten(bool ok) {
  if (ok && !done_ && !owner_->stopping()) SendNext();
}

void BackendCall::OnFinished(bool) {}

void BackendCall::OnDone(bool) {
  done_ = true;
  if (!context_.IsCancelled() || !has_request_) return;
  alarm_.Cancel();
  owner_->OnCancelled(this);
}

void BackendCall::SendNext() {
  const int left = behavior_.messages - sent_;
  if (left == 0 && behavior_.stall) return;
  ++outstanding_;
  if (left > 1 || (left == 1 && behavior_.stall)) {
    stream_.Write(NextReply(), static_cast<BackendEvent*>(&written_));
  } else if (left == 1) {
    stream_.WriteAndFinish(NextReply(), grpc::WriteOptions(), TakeFinalStatus(),
                           static_cast<BackendEvent*>(&finished_));
  } else {
    stream_.Finish(TakeFinalStatus(), static_cast<BackendEvent*>(&finished_));
  }
}

grpc::ByteBuffer BackendCall::NextReply() {
  const int number = sent_++;
  const grpc::Slice slice(behavior_.numbered ? std::to_string(number) : behavior_.reply);
  return grpc::ByteBuffer(&slice, 1);
}

grpc::Status BackendCall::TakeFinalStatus() {
  for (const auto& [key, value] : behavior_.trailers) context_.AddTrailingMetadata(key, value);
  return grpc::Status(static_cast<grpc::StatusCode>(behavior_.code), behavior_.message,
                      behavior_.details);
}

}  // namespace gather::test
