#include "engine/grpc_invoker.h"

#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>

#include <cassert>
#include <optional>
#include <utility>

#include "engine/async/grpc_queue.h"
#include "engine/async/operation.h"
#include "engine/backend_channel.h"
#include "engine/compressed_reply.h"
#include "engine/failure_origin.h"
#include "engine/metadata_merge.h"

namespace gather::engine {
namespace {

// More than this many idle objects would cost memory for nothing; reuse saves a little time.
constexpr std::size_t kMaxSpare = 1024;

}  // namespace

class BackendStub {
 public:
  BackendStub(const std::string& address, std::uint64_t max_reply_bytes)
      : address_(address), stub_(MakeBackendChannel(address, max_reply_bytes)) {}

  const std::string& address() const { return address_; }
  grpc::GenericStub* stub() { return &stub_; }

 private:
  const std::string address_;
  grpc::GenericStub stub_;
};

// One call at a time; reused for the next.
class GrpcAttempt final : public Attempt {
 public:
  explicit GrpcAttempt(GrpcInvoker* invoker) : invoker_(invoker) {}

  void Begin(std::list<GrpcAttempt>::iterator self, AttemptCall call, AttemptObserver* observer,
             std::uint32_t slot);

  void Cancel() override;
  void Detach() override { may_send_again_ = false; }

 private:
  void Send(bool again);
  void OnFinished(bool ok);
  AttemptResult TakeResult(const FailureOrigin& found);
  void TakeTrailers(AttemptResult* result);

  GrpcInvoker* const invoker_;
  std::list<GrpcAttempt>::iterator self_;
  AttemptCall call_;
  AttemptObserver* observer_ = nullptr;
  std::uint32_t slot_ = 0;
  BackendStub* stub_ = nullptr;
  std::string method_;
  bool may_send_again_ = true;
  bool cancelled_ = false;

  std::optional<grpc::ClientContext> context_;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader_;
  grpc::ByteBuffer reply_;
  grpc::Status status_;
  MemberOperation<GrpcAttempt, &GrpcAttempt::OnFinished> finished_{this};
};

void GrpcAttempt::Begin(std::list<GrpcAttempt>::iterator self, AttemptCall call,
                        AttemptObserver* observer, std::uint32_t slot) {
  self_ = self;
  call_ = std::move(call);
  method_.assign(call_.method.data(), call_.method.size());
  observer_ = observer;
  slot_ = slot;
  may_send_again_ = true;
  cancelled_ = false;
  Send(/*again=*/false);
}

void GrpcAttempt::Send(bool again) {
  stub_ = invoker_->StubFor(*call_.target, again);
  reader_.reset();
  context_.emplace();
  context_->set_deadline(ToTimespec(call_.deadline));
  for (const v1::Metadata* entry : *call_.metadata) {
    context_->AddMetadata(entry->key(), entry->value());
  }
  reader_ = stub_->stub()->PrepareUnaryCall(&*context_, method_, call_.request, invoker_->queue_);
  reader_->StartCall();
  reader_->Finish(&reply_, &status_, &finished_);
}

void GrpcAttempt::Cancel() {
  if (cancelled_) return;
  cancelled_ = true;
  may_send_again_ = false;
  context_->TryCancel();
}

void GrpcAttempt::OnFinished(bool /*ok*/) {
  const std::string peer = context_->peer();
  const FailureOrigin found = FindFailureOrigin({.code = status_.error_code(),
                                                 .message = status_.error_message(),
                                                 .peer = peer,
                                                 .channel_target = stub_->address(),
                                                 .got_message = reply_.Valid(),
                                                 .compressed = IsCompressed(&reply_)});
  if (found.refused_unprocessed && may_send_again_) {
    may_send_again_ = false;
    return Send(/*again=*/true);
  }
  AttemptResult result = TakeResult(found);
  if (peer != stub_->address()) result.peer = peer;
  AttemptObserver* const observer = observer_;
  const std::uint32_t slot = slot_;
  invoker_->Recycle(self_);
  observer->OnAttemptEnd(slot, std::move(result));
}

AttemptResult GrpcAttempt::TakeResult(const FailureOrigin& found) {
  AttemptResult result;
  result.code = found.code;
  result.origin = found.origin;
  result.delivery = found.delivery;
  result.reason = found.reason;
  result.got_message = reply_.Valid();
  TakeTrailers(&result);
  if (found.code == 0) {
    result.reply.Swap(&reply_);
  } else {
    result.message = status_.ok() ? "the backend answered OK with no message, or a compressed one"
                                  : status_.error_message();
    result.details = status_.error_details();
  }
  reply_.Clear();
  call_.request.Clear();
  reader_.reset();
  context_.reset();
  return result;
}

void GrpcAttempt::TakeTrailers(AttemptResult* result) {
  for (const auto& [key, value] : context_->GetServerTrailingMetadata()) {
    const absl::string_view name(key.data(), key.size());
    if (IsReservedKey(name)) continue;
    result->trailers.emplace_back(std::string(name), std::string(value.data(), value.size()));
  }
}

GrpcInvoker::GrpcInvoker(grpc::CompletionQueue* queue, const TargetTable& targets,
                         std::uint64_t max_reply_bytes)
    : queue_(queue), max_reply_bytes_(max_reply_bytes) {
  for (const auto& target : targets.all()) {
    backends_.push_back(
        {target.get(), std::make_unique<BackendStub>(target->address, max_reply_bytes), nullptr});
  }
}

GrpcInvoker::~GrpcInvoker() { assert(outstanding_.empty()); }

Attempt* GrpcInvoker::Start(AttemptCall call, AttemptObserver* observer, std::uint32_t slot) {
  if (spare_.empty()) spare_.emplace_back(this);
  const auto attempt = spare_.begin();
  outstanding_.splice(outstanding_.begin(), spare_, attempt);
  attempt->Begin(attempt, std::move(call), observer, slot);
  return &*attempt;
}

BackendStub* GrpcInvoker::StubFor(const Target& target, bool second) {
  Backend& backend = backends_[target.index];
  if (!second) return backend.first.get();
  if (!backend.second) {
    backend.second = std::make_unique<BackendStub>(target.address, max_reply_bytes_);
  }
  return backend.second.get();
}

void GrpcInvoker::Recycle(std::list<GrpcAttempt>::iterator attempt) {
  if (spare_.size() < kMaxSpare) {
    spare_.splice(spare_.begin(), outstanding_, attempt);
  } else {
    outstanding_.erase(attempt);
  }
}

}  // namespace gather::engine
