#ifndef GATHER_SERVER_SERVER_WORKER_H_
#define GATHER_SERVER_SERVER_WORKER_H_

#include <grpcpp/completion_queue.h>
#include <grpcpp/server_context.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "absl/container/flat_hash_map.h"
#include "engine/async/grpc_queue.h"
#include "engine/async/worker.h"
#include "engine/caller.h"
#include "engine/engine.h"
#include "engine/grpc_invoker.h"
#include "engine/refusal.h"
#include "server/config/configuration.h"
#include "server/counters.h"
#include "server/health.h"
#include "server/identity/caller_reader.h"
#include "server/metrics/label_budget.h"
#include "server/server_call.h"
#include "server/services.h"
#include "server/worker_observer.h"

namespace gather::server {

// One worker's share of the server: a queue, a thread, an engine with channels of its own, and the
// RPCs that this queue was handed. Nothing of it is shared with another worker.
//
// Start(), SetConfiguration(), Drain(), CancelAll(), NotifyWhenIdle() and Stop() from any one
// thread; Look() and metrics() from any; the rest on the worker's.
class ServerWorker final : private CallOwner {
 public:
  // The services, the labels and the counters must outlive this.
  ServerWorker(std::unique_ptr<grpc::ServerCompletionQueue> queue, GatherService* gather,
               HealthService* health, LabelBudget* labels, Counters* counters,
               std::shared_ptr<const Configuration> configuration);

  // Awaits RPCs. After the server has been started.
  void Start();

  // Gathers that start from now on run with that.
  void SetConfiguration(std::shared_ptr<const Configuration> configuration);

  // Health says NOT_SERVING, and new gathers are refused with DRAINING.
  void Drain();

  // Ends what would keep the server from shutting down: health watches.
  void EndWatches();

  // Stops every gather with cause SHUTDOWN; each is answered.
  void CancelAll();

  // Calls `on_idle` on the worker's thread as soon as no gather runs and no RPC is open or awaited:
  // after the server has been shut down.
  void NotifyWhenIdle(std::function<void()> on_idle);

  // Calls `look` on the worker's thread, soon. False: the worker is ending, and will not.
  bool Look(std::function<void(const engine::Engine&)> look);

  const WorkerMetrics& metrics() const { return observer_.metrics(); }

  // Ends the thread. Only when idle.
  void Stop();

  // For the calls of this worker.
  engine::Engine* gathers() { return &engine_; }
  engine::Worker* worker() { return &worker_; }
  WorkerObserver* observer() { return &observer_; }
  Health* health() { return &health_; }

  // Who makes the RPC, a gather of that id; or UNAUTHENTICATED.
  std::variant<engine::Caller, engine::Refusal> ReadCaller(const grpc::ServerContext& rpc,
                                                           const std::string& gather_id);

  bool draining() const { return draining_; }

  const Configuration& configuration() const { return *configuration_; }

  GatherService* gather_service() { return gather_service_; }
  HealthService* health_service() { return health_service_; }
  grpc::ServerCompletionQueue* queue() { return queue_; }

  // Makes a call that awaits its RPC; it makes the next one when the RPC has come.
  template <typename Call>
  void Await() {
    auto call = std::make_unique<Call>(this, static_cast<CallOwner*>(this));
    Call* const awaiting = call.get();
    calls_.emplace(awaiting, std::move(call));
    awaiting->Await();
  }

 private:
  void Release(ServerCall* call) override;
  void TellIfIdle();

  grpc::ServerCompletionQueue* const queue_;
  engine::Worker worker_;
  WorkerObserver observer_;
  std::unique_ptr<engine::GrpcInvoker> invoker_;
  engine::Engine engine_;
  Health health_;
  GatherService* const gather_service_;
  HealthService* const health_service_;
  std::shared_ptr<const Configuration> configuration_;
  std::optional<CallerReader> callers_;  // never empty
  bool draining_ = false;
  absl::flat_hash_map<ServerCall*, std::unique_ptr<ServerCall>> calls_;
  std::function<void()> on_idle_;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_SERVER_WORKER_H_
