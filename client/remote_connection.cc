#include "gather/remote_connection.h"

#include <grpc/support/time.h>
#include <grpcpp/alarm.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/support/async_unary_call.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/time/time.h"
#include "gather/answer_time.h"
#include "gather/rpc_status.h"
#include "gather/server_channel.h"
#include "gather/v1/gather.grpc.pb.h"

namespace gather::internal {
namespace {

gpr_timespec ToTimespec(std::chrono::steady_clock::time_point time) {
  const auto left =
      std::chrono::duration_cast<std::chrono::nanoseconds>(time - std::chrono::steady_clock::now());
  return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                      gpr_time_from_nanos(left.count(), GPR_TIMESPAN));
}

// What a completion of the queue leads to; the only kind of tag. The queue owns it from the start
// of its operation to the operation's end.
class Completion {
 public:
  virtual ~Completion() = default;
  virtual void OnDone() = 0;
};

// One gather's RPC. Its completion and its handle share it, so that a cancel is legal at any time.
class GatherRpc {
 public:
  explicit GatherRpc(const GatherContext& context) {
    if (context.deadline.has_value()) context_.set_deadline(ToTimespec(*context.deadline));
    for (const auto& [key, value] : context.metadata) context_.AddMetadata(key, value);
  }

  void Start(v1::GatherService::Stub* stub, const v1::GatherRequest& request,
             grpc::CompletionQueue* queue, Completion* completion) {
    reader_ = stub->PrepareAsyncGather(&context_, request, queue);
    reader_->StartCall();
    reader_->Finish(response_.get(), &status_, completion);
  }

  void Cancel() { context_.TryCancel(); }

  Connection::Response TakeResponse() {
    if (status_.ok()) return std::move(response_);
    return StatusFromRpc(status_.error_code(), status_.error_message(), status_.error_details());
  }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<v1::GatherResponse> response_ = std::make_unique<v1::GatherResponse>();
  grpc::Status status_;
  std::unique_ptr<grpc::ClientAsyncResponseReader<v1::GatherResponse>> reader_;
};

class RpcHandle final : public PendingGather {
 public:
  explicit RpcHandle(std::shared_ptr<GatherRpc> rpc) : rpc_(std::move(rpc)) {}
  void Cancel() override { rpc_->Cancel(); }

 private:
  const std::shared_ptr<GatherRpc> rpc_;
};

// The RPCs that have not ended, so that they can be cancelled together.
class Outstanding {
 public:
  void Add(GatherRpc* rpc) {
    const std::lock_guard lock(mutex_);
    rpcs_.insert(rpc);
  }
  void Remove(GatherRpc* rpc) {
    const std::lock_guard lock(mutex_);
    rpcs_.erase(rpc);
  }
  void CancelAll() {
    const std::lock_guard lock(mutex_);
    for (GatherRpc* rpc : rpcs_) rpc->Cancel();
  }

 private:
  std::mutex mutex_;
  absl::flat_hash_set<GatherRpc*> rpcs_;
};

class RpcFinished final : public Completion {
 public:
  RpcFinished(std::shared_ptr<GatherRpc> rpc, Outstanding* outstanding, Connection::Done done)
      : rpc_(std::move(rpc)), outstanding_(outstanding), done_(std::move(done)) {
    outstanding_->Add(rpc_.get());
  }

  void OnDone() override {
    outstanding_->Remove(rpc_.get());
    done_(rpc_->TakeResponse());
  }

 private:
  const std::shared_ptr<GatherRpc> rpc_;
  Outstanding* const outstanding_;
  Connection::Done done_;
};

class PostedWork final : public Completion {
 public:
  explicit PostedWork(absl::AnyInvocable<void()> work) : work_(std::move(work)) {}

  void Post(grpc::CompletionQueue* queue) {
    alarm_.Set(queue, gpr_inf_past(GPR_CLOCK_MONOTONIC), static_cast<Completion*>(this));
  }
  void OnDone() override { work_(); }

 private:
  absl::AnyInvocable<void()> work_;
  grpc::Alarm alarm_;
};

class RemoteConnection final : public Connection {
 public:
  RemoteConnection(const std::string& address, const ClientOptions& options)
      : stub_(MakeServerChannel(address, options)), worker_([this] { Work(); }) {}

  ~RemoteConnection() override {
    outstanding_.CancelAll();
    queue_.Shutdown();  // what is outstanding is still delivered
    worker_.join();
  }

  std::unique_ptr<PendingGather> StartGather(v1::GatherRequest request,
                                             const GatherContext& context, Done done) override {
    if (context.deadline.has_value()) {
      const auto left = *context.deadline - std::chrono::steady_clock::now();
      KeepTimeForTheAnswer(absl::FromChrono(left), &request);
    }
    auto rpc = std::make_shared<GatherRpc>(context);
    auto completion = std::make_unique<RpcFinished>(rpc, &outstanding_, std::move(done));
    rpc->Start(&stub_, request, &queue_, completion.release());
    return std::make_unique<RpcHandle>(std::move(rpc));
  }

  void RunOnWorker(absl::AnyInvocable<void()> work) override {
    auto posted = std::make_unique<PostedWork>(std::move(work));
    posted.release()->Post(&queue_);
  }

  bool OnWorkerThread() const override { return std::this_thread::get_id() == worker_.get_id(); }

 private:
  void Work() {
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
      const std::unique_ptr<Completion> completion(static_cast<Completion*>(tag));
      completion->OnDone();
    }
  }

  v1::GatherService::Stub stub_;
  grpc::CompletionQueue queue_;
  Outstanding outstanding_;
  std::thread worker_;  // the last member: it uses all others
};

}  // namespace

std::unique_ptr<Connection> ConnectTo(const std::string& address, const ClientOptions& options) {
  return std::make_unique<RemoteConnection>(address, options);
}

}  // namespace gather::internal
