#include "gather/remote_gather.h"

#include <utility>

#include "gather/rpc_context.h"
#include "gather/rpc_status.h"

namespace gather::internal {

RemoteGather::RemoteGather(const GatherContext& context, OutstandingSet* outstanding,
                           Connection::Done done)
    : outstanding_(outstanding), done_(std::move(done)) {
  Prepare(context, &context_);
}

void RemoteGather::Start(v1::GatherService::Stub* stub, const v1::GatherRequest& request,
                         grpc::CompletionQueue* queue) {
  reader_ = stub->PrepareAsyncGather(&context_, request, queue);
  reader_->StartCall();
  reader_->Finish(response_.get(), &status_, static_cast<Completion*>(&finished_));
}

void RemoteGather::Cancel() {
  cancelled_ = true;
  context_.TryCancel();
}

// Finish() always comes to pass; how the RPC ended says its status.
void RemoteGather::OnFinished(bool /*ok*/) {
  std::exchange(done_, nullptr)(TakeResponse());
  outstanding_->Remove(this);
}

Connection::Response RemoteGather::TakeResponse() {
  if (status_.ok()) return std::move(response_);
  return StatusOfRpc(context_, status_, cancelled_);
}

}  // namespace gather::internal
