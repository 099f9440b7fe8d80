#include "engine/unary_attempt.h"

#include <utility>

#include "engine/compressed_reply.h"
#include "engine/failure_origin.h"

namespace gather::engine {

void UnaryAttempt::Begin(Pool::Place self, AttemptCall call, AttemptObserver* observer,
                         std::uint32_t slot) {
  self_ = self;
  call_.Begin(std::move(call), observer, slot);
  Send();
}

void UnaryAttempt::Send() {
  reader_.reset();
  grpc::GenericStub* const stub = call_.Open();
  reader_ = stub->PrepareUnaryCall(call_.context(), call_.method(), call_.request(), queue_);
  reader_->StartCall();
  reader_->Finish(&reply_, call_.status(), &finished_);
}

void UnaryAttempt::OnFinished(bool /*ok*/) {
  const bool got_message = reply_.Valid();
  const FailureOrigin found =
      call_.FindOrigin({.message = got_message, .compressed = IsCompressed(&reply_)});
  if (call_.SendsAgain(found)) return Send();
  reader_.reset();
  AttemptResult result = call_.Close(found);
  result.got_message = got_message;
  if (found.code == 0) result.reply.Take(&reply_);
  reply_.Clear();
  pool_->End(self_, call_.observer(), call_.slot(), std::move(result));
}

}  // namespace gather::engine
