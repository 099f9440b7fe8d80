#include "gather/remote_stream.h"

namespace gather::internal {

void RemoteStream::Start(v1::GatherService::Stub* stub, const v1::GatherRequest& request,
                         grpc::CompletionQueue* queue) {
  reader_ = stub->PrepareAsyncAsCompleted(context(), request, queue);
  reader_->StartCall(started());
}

// What a newer server may send besides is not for this client.
void RemoteStream::OnMessage(StreamSink* sink) {
  if (event_.has_outcome()) {
    sink->OnOutcome(std::move(*event_.mutable_outcome()));
  } else if (event_.has_summary()) {
    sink->OnSummary(std::move(*event_.mutable_summary()));
  }
}

}  // namespace gather::internal
