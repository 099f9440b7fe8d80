#include "engine/outgoing_call.h"

#include <utility>

#include "absl/strings/string_view.h"
#include "engine/async/grpc_queue.h"
#include "engine/forwarded.h"
#include "engine/key_set.h"
#include "engine/metadata_merge.h"

namespace gather::engine {

void OutgoingCall::Begin(AttemptCall order, AttemptObserver* observer, std::uint32_t slot) {
  order_ = std::move(order);
  method_.assign(order_.method.data(), order_.method.size());
  observer_ = observer;
  slot_ = slot;
  stub_ = nullptr;
  sent_ = 0;
  may_send_again_ = true;
  cancelled_ = false;
}

grpc::GenericStub* OutgoingCall::Open() {
  const Target& target = *order_.target;
  if (stub_ == nullptr) {
    request_bytes_ = order_.request.Length();
    stub_ = stubs_->Begin(target, request_bytes_);
  } else {
    stubs_->End(stub_, request_bytes_);
    stub_ = stubs_->BeginElsewhere(target, request_bytes_);
  }
  context_.emplace();
  if (target.wait_for_ready) context_->set_wait_for_ready(true);
  context_->set_deadline(ToTimespec(order_.deadline));
  AddMetadata();
  return stub_->stub();
}

void OutgoingCall::AddMetadata() {
  for (const v1::Metadata* entry : *order_.metadata) {
    context_->AddMetadata(entry->key(), entry->value());
  }
  const std::uint64_t attempt = sent_++;
  if (order_.forwarded == nullptr) return;
  const ForwardedCall call{order_.target, method_, order_.metadata, slot_, attempt};
  for (const auto& [key, value] : MetadataToAdd(*order_.forwarded, call)) {
    context_->AddMetadata(key, value);
  }
}

void OutgoingCall::Cancel() {
  if (cancelled_) return;
  cancelled_ = true;
  may_send_again_ = false;
  context_->TryCancel();
}

FailureOrigin OutgoingCall::FindOrigin(const Received& received) {
  peer_ = context_->peer();
  return FindFailureOrigin({.code = status_.error_code(),
                            .message = status_.error_message(),
                            .peer = peer_,
                            .channel_target = stub_->address(),
                            .got_message = received.message,
                            .compressed = received.compressed,
                            .server_streaming = received.server_streaming});
}

bool OutgoingCall::SendsAgain(const FailureOrigin& found) {
  return found.refused_unprocessed && std::exchange(may_send_again_, false);
}

AttemptResult OutgoingCall::Close(const FailureOrigin& found) {
  AttemptResult result;
  result.code = found.code;
  result.origin = found.origin;
  result.delivery = found.delivery;
  result.reason = found.reason;
  if (peer_ != stub_->address()) result.peer = std::move(peer_);
  TakeTrailers(&result);
  if (found.code != 0) {
    result.message = status_.ok() ? "the backend answered OK with no message, or a compressed one"
                                  : status_.error_message();
    result.details = status_.error_details();
  }
  stubs_->End(stub_, request_bytes_);
  order_.request.Clear();
  context_.reset();
  return result;
}

std::string OutgoingCall::Peer() const {
  std::string peer = context_->peer();
  return peer == stub_->address() ? std::string() : peer;
}

void OutgoingCall::TakeTrailers(AttemptResult* result) const {
  const KeySet& let_through = order_.target->response_metadata;
  for (const auto& [key, value] : context_->GetServerTrailingMetadata()) {
    const absl::string_view name(key.data(), key.size());
    if (IsReservedKey(name)) continue;
    if (!let_through.Contains(name)) continue;
    result->trailers.emplace_back(std::string(name), std::string(value.data(), value.size()));
  }
}

}  // namespace gather::engine
