#include "gather/remote_connection.h"

#include <grpc/support/time.h>
#include <grpcpp/alarm.h>

#include <chrono>
#include <utility>

#include "absl/time/time.h"
#include "gather/answer_time.h"
#include "gather/handles.h"
#include "gather/outstanding.h"
#include "gather/remote_gather.h"
#include "gather/remote_group.h"
#include "gather/remote_queue.h"
#include "gather/remote_stream.h"
#include "gather/server_channel.h"
#include "gather/v1/gather.grpc.pb.h"

namespace gather::internal {
namespace {

// Leaves the request as it is when the caller has no deadline.
template <typename Request>
void KeepTime(const GatherContext& context, Request* request) {
  if (!context.deadline.has_value()) return;
  const auto left = *context.deadline - std::chrono::steady_clock::now();
  KeepTimeForTheAnswer(absl::FromChrono(left), request);
}

class PostedWork final : public Outstanding {
 public:
  PostedWork(OutstandingSet* outstanding, absl::AnyInvocable<void()> work)
      : outstanding_(outstanding), work_(std::move(work)) {}

  void Post(grpc::CompletionQueue* queue) {
    alarm_.Set(queue, gpr_inf_past(GPR_CLOCK_MONOTONIC), static_cast<Completion*>(&due_));
  }

  // What was posted always runs.
  void Cancel() override {}

 private:
  void OnDue(bool /*ok*/) {
    std::exchange(work_, nullptr)();
    outstanding_->Remove(this);
  }

  OutstandingSet* const outstanding_;
  absl::AnyInvocable<void()> work_;
  grpc::Alarm alarm_;
  MemberCompletion<PostedWork, &PostedWork::OnDue> due_{this};
};

class RemoteConnection final : public Connection {
 public:
  RemoteConnection(const std::string& address, const ClientOptions& options)
      : stub_(MakeServerChannel(address, options)) {}

  ~RemoteConnection() override { outstanding_.CancelAndAwait(); }

  std::unique_ptr<PendingGather> StartGather(OwnedRequest request, const GatherContext& context,
                                             Done done) override {
    KeepTime(context, &*request);
    auto rpc = std::make_shared<RemoteGather>(context, &outstanding_, std::move(done));
    outstanding_.Add(rpc);
    rpc->Start(&stub_, *request, queue_.get());
    return std::make_unique<GatherHandle<RemoteGather>>(std::move(rpc));
  }

  std::unique_ptr<PendingStream> StartStream(OwnedRequest request, const GatherContext& context,
                                             std::shared_ptr<StreamSink> sink) override {
    KeepTime(context, &*request);
    auto rpc = std::make_shared<RemoteStream>(context, &outstanding_, std::move(sink));
    outstanding_.Add(rpc);
    rpc->Start(&stub_, *request, queue_.get());
    return std::make_unique<StreamHandle<RemoteStream>>(std::move(rpc));
  }

  std::unique_ptr<PendingGroup> StartGroup(v1::Open open, const GatherContext& context,
                                           std::shared_ptr<StreamSink> sink) override {
    KeepTime(context, &open);
    auto rpc = std::make_shared<RemoteGroup>(context, &outstanding_, std::move(sink));
    outstanding_.Add(rpc);
    rpc->Start(&stub_, std::move(open), queue_.get());
    return std::make_unique<GroupHandle<RemoteGroup>>(std::move(rpc));
  }

  void RunOnWorker(absl::AnyInvocable<void()> work) override {
    auto posted = std::make_shared<PostedWork>(&outstanding_, std::move(work));
    outstanding_.Add(posted);
    posted->Post(queue_.get());
  }

  bool OnWorkerThread() const override { return queue_.OnThread(); }

 private:
  v1::GatherService::Stub stub_;
  OutstandingSet outstanding_;
  RemoteQueue queue_;  // the last member: its thread uses the others
};

}  // namespace

std::unique_ptr<Connection> ConnectTo(const std::string& address, const ClientOptions& options) {
  return std::make_unique<RemoteConnection>(address, options);
}

}  // namespace gather::internal
