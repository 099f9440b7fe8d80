#include "engine/streaming_attempt.h"

#include <grpcpp/support/async_stream.h>

#include <utility>

#include "engine/failure_origin.h"

namespace gather::engine {

void StreamingAttempt::Begin(Pool::Place self, AttemptCall call, AttemptObserver* observer,
                             std::uint32_t slot) {
  self_ = self;
  call_.Begin(std::move(call), observer, slot);
  collector_.Begin(call_.budget(), call_.target().channel.max_reply_bytes);
  peer_.clear();
  got_message_ = false;
  Send();
}

void StreamingAttempt::Detach() {
  call_.Detach();
  collector_.Discard();
}

void StreamingAttempt::Send() {
  stream_.reset();
  grpc::GenericStub* const stub = call_.Open();
  // Headers, request and half-close leave together, as those of a unary call do.
  call_.context()->set_initial_metadata_corked(true);
  stream_ = stub->PrepareCall(call_.context(), call_.method(), queue_);
  stream_->StartCall(nullptr);
  sending_ = true;
  stream_->WriteLast(call_.request(), grpc::WriteOptions(), &sent_);
  Read();
}

void StreamingAttempt::OnSent(bool /*ok*/) {
  sending_ = false;  // what went wrong is in the status
  EndIfDone();
}

void StreamingAttempt::Read() {
  state_ = State::kReading;
  stream_->Read(&message_, &read_);
}

void StreamingAttempt::OnRead(bool ok) {
  if (!ok) return Finish();
  if (!got_message_) peer_ = call_.Peer();
  got_message_ = true;
  if (collector_.Add(&message_)) return Read();
  call_.Cancel();
  Finish();
}

void StreamingAttempt::Finish() {
  state_ = State::kFinishing;
  message_.Clear();
  stream_->Finish(call_.status(), &finished_);
}

void StreamingAttempt::OnFinished(bool /*ok*/) {
  state_ = State::kFinished;
  EndIfDone();
}

void StreamingAttempt::EndIfDone() {
  if (state_ != State::kFinished || sending_) return;
  const FailureOrigin found = call_.FindOrigin({.message = got_message_, .server_streaming = true});
  if (call_.SendsAgain(found)) return Send();
  stream_.reset();
  AttemptResult result = call_.Close(found);
  if (got_message_) result.peer = peer_;
  collector_.Finish(&result);
  pool_->End(self_, call_.observer(), call_.slot(), std::move(result));
}

}  // namespace gather::engine
