#include "tests/support/fake_invoker.h"

#include <grpcpp/support/slice.h>

#include <algorithm>
#include <cassert>
#include <utility>

namespace gather::testing {
namespace {

constexpr int kCancelled = 1;
constexpr int kUnavailable = 14;

engine::AttemptResult Failure(int code, absl::string_view message, v1::Origin origin,
                              v1::Delivery delivery) {
  engine::AttemptResult result;
  result.code = code;
  result.message = std::string(message);
  result.origin = origin;
  result.delivery = delivery;
  return result;
}

}  // namespace

engine::AttemptResult Reply(absl::string_view bytes) {
  engine::AttemptResult result;
  const grpc::Slice slice(bytes.data(), bytes.size());
  result.reply = grpc::ByteBuffer(&slice, 1);
  result.got_message = true;
  return result;
}

engine::AttemptResult EndOfStream() { return {}; }

engine::AttemptResult BackendFailure(int code, absl::string_view message) {
  return Failure(code, message, v1::ORIGIN_BACKEND, v1::DELIVERY_ANSWERED);
}

engine::AttemptResult TransportFailure(absl::string_view message, bool sent) {
  return Failure(kUnavailable, message, v1::ORIGIN_TRANSPORT,
                 sent ? v1::DELIVERY_EFFECT_UNKNOWN : v1::DELIVERY_NEVER_SENT);
}

engine::AttemptResult CancelledByUs() {
  return Failure(kCancelled, "CANCELLED", v1::ORIGIN_BACKEND, v1::DELIVERY_ANSWERED);
}

void FakeAttempt::Begin(std::list<FakeAttempt>::iterator self, engine::AttemptCall call,
                        engine::AttemptObserver* observer, std::uint32_t slot) {
  self_ = self;
  method_.assign(call.method.data(), call.method.size());
  call_ = std::move(call);
  observer_ = observer;
  slot_ = slot;
  cancelled_ = detached_ = false;
  arrived_ = false;
  collector_.Begin(call_.budget, invoker_->max_reply_bytes_);
  invoker_->queue_->Begin();
}

std::string FakeAttempt::request() const {
  grpc::ByteBuffer copy(call_.request);
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!copy.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

void FakeAttempt::Bring(absl::string_view message) {
  assert(call_.server_streaming);
  const grpc::Slice slice(message.data(), message.size());
  grpc::ByteBuffer buffer(&slice, 1);
  if (!collector_.Add(&buffer)) Cancel();
}

void FakeAttempt::Complete(engine::AttemptResult result) {
  if (arrived_.exchange(true)) return;
  result_ = std::move(result);
  invoker_->queue_->Complete(this, /*ok=*/true);
}

void FakeAttempt::Cancel() {
  if (cancelled_) return;
  cancelled_ = true;
  invoker_->cancelled_.push_back(slot_);
  if (invoker_->cancel_listener_) invoker_->cancel_listener_(*this);
  if (!invoker_->ignore_cancels_) Complete(CancelledByUs());
}

void FakeAttempt::Detach() {
  detached_ = true;
  collector_.Discard();
}

void FakeAttempt::OnDone(bool /*ok*/) {
  engine::AttemptResult result = std::exchange(result_, {});
  if (call_.server_streaming) collector_.Finish(&result);
  if (invoker_->listener_) invoker_->listener_(*this, result);
  call_ = {};
  engine::AttemptObserver* const observer = observer_;
  const std::uint32_t slot = slot_;
  invoker_->spare_.splice(invoker_->spare_.begin(), invoker_->outstanding_, self_);
  observer->OnAttemptEnd(slot, std::move(result));
}

FakeInvoker::~FakeInvoker() { assert(outstanding_.empty()); }

FakeAttempt* FakeInvoker::Find(std::uint32_t slot) {
  const auto found =
      std::find_if(outstanding_.rbegin(), outstanding_.rend(),
                   [slot](const FakeAttempt& attempt) { return attempt.slot() == slot; });
  assert(found != outstanding_.rend() && "no attempt of that slot is outstanding");
  return &*found;
}

bool FakeInvoker::IsOutstanding(std::uint32_t slot) const {
  return std::any_of(outstanding_.begin(), outstanding_.end(),
                     [slot](const FakeAttempt& attempt) { return attempt.slot() == slot; });
}

std::vector<FakeAttempt*> FakeInvoker::Outstanding() {
  std::vector<FakeAttempt*> attempts;
  for (FakeAttempt& attempt : outstanding_) attempts.push_back(&attempt);
  return attempts;
}

engine::Attempt* FakeInvoker::Start(engine::AttemptCall call, engine::AttemptObserver* observer,
                                    std::uint32_t slot) {
  if (spare_.empty()) spare_.emplace_back(this);
  const auto attempt = spare_.begin();
  outstanding_.splice(outstanding_.end(), spare_, attempt);
  most_outstanding_ = std::max(most_outstanding_, outstanding_.size());
  started_.push_back(slot);
  attempt->Begin(attempt, std::move(call), observer, slot);
  if (script_) {
    if (auto result = script_(*attempt)) attempt->Complete(std::move(*result));
  }
  return &*attempt;
}

}  // namespace gather::testing
