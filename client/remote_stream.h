#ifndef GATHER_CLIENT_REMOTE_STREAM_H_
#define GATHER_CLIENT_REMOTE_STREAM_H_

#include <grpcpp/completion_queue.h>
#include <grpcpp/support/async_stream.h>
#include <grpcpp/support/status.h>

#include <memory>
#include <utility>

#include "gather/connection.h"
#include "gather/outstanding.h"
#include "gather/remote_queue.h"
#include "gather/streaming_rpc.h"
#include "gather/v1/gather.grpc.pb.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {

// The RPC of one streamed gather, AsCompleted. Threads: see StreamingRpc.
class RemoteStream final : public StreamingRpc {
 public:
  RemoteStream(const GatherContext& context, OutstandingSet* outstanding,
               std::shared_ptr<StreamSink> sink)
      : StreamingRpc(context, outstanding, std::move(sink)) {}

  // Once, when it is in the set.
  void Start(v1::GatherService::Stub* stub, const v1::GatherRequest& request,
             grpc::CompletionQueue* queue);

 private:
  void StartRead(Completion* read) override { reader_->Read(&event_, read); }
  void StartFinish(grpc::Status* status, Completion* finished) override {
    reader_->Finish(status, finished);
  }
  void OnMessage(StreamSink* sink) override;

  std::unique_ptr<grpc::ClientAsyncReader<v1::GatherEvent>> reader_;
  v1::GatherEvent event_;
};

}  // namespace gather::internal

#endif  // GATHER_CLIENT_REMOTE_STREAM_H_
