#ifndef GATHER_CLIENT_REMOTE_GROUP_H_
#define GATHER_CLIENT_REMOTE_GROUP_H_

#include <grpcpp/completion_queue.h>
#include <grpcpp/support/async_stream.h>
#include <grpcpp/support/status.h>

#include <deque>
#include <memory>
#include <mutex>
#include <utility>

#include "gather/connection.h"
#include "gather/outstanding.h"
#include "gather/remote_queue.h"
#include "gather/streaming_rpc.h"
#include "gather/v1/gather.grpc.pb.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {

// The RPC of one group, TaskGroup. Its receiving half is StreamingRpc's; its sending half has one
// Write outstanding at a time, what comes meanwhile waits in a queue. When the server ends the RPC
// what waits is dropped.
//
//   waiting ──started──▶ writing ──written, nothing waits──▶ idle ──Send()──▶ writing
//   waiting, writing ──failed, RPC over──▶ closed
//
// Threads: see StreamingRpc.
class RemoteGroup final : public StreamingRpc {
 public:
  RemoteGroup(const GatherContext& context, OutstandingSet* outstanding,
              std::shared_ptr<StreamSink> sink)
      : StreamingRpc(context, outstanding, std::move(sink)) {}

  // Once, when it is in the set.
  void Start(v1::GatherService::Stub* stub, v1::Open open, grpc::CompletionQueue* queue);

  // Sends one message after those before it. No effect after the RPC's end; nor has an `add` after
  // a `join`. The sending half is never closed: after a `join`, too, sub-calls can be cancelled.
  void Send(v1::TaskGroupRequest message);

 private:
  enum class Sending { kWaiting, kWriting, kIdle, kClosed };

  void StartRead(Completion* read) override { stream_->Read(&response_, read); }
  void StartFinish(grpc::Status* status, Completion* finished) override {
    stream_->Finish(status, finished);
  }
  void OnStarted(bool ok) override;
  void OnMessage(StreamSink* sink) override;
  void OnWritten(bool ok);

  // Only by whoever made the state kWriting.
  void WriteNext();
  void Close();

  std::unique_ptr<grpc::ClientAsyncReaderWriter<v1::TaskGroupRequest, v1::TaskGroupResponse>>
      stream_;
  v1::TaskGroupResponse response_;
  MemberCompletion<RemoteGroup, &RemoteGroup::OnWritten> written_{this};

  std::mutex mutex_;  // guards the rest
  Sending sending_ = Sending::kWaiting;
  std::deque<v1::TaskGroupRequest> queue_;
  bool joining_ = false;
};

}  // namespace gather::internal

#endif  // GATHER_CLIENT_REMOTE_GROUP_H_
