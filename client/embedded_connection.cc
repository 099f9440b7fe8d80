#include "gather/embedded_connection.h"

#include <grpcpp/completion_queue.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <latch>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/async/grpc_queue.h"
#include "engine/async/time.h"
#include "engine/async/worker.h"
#include "engine/engine.h"
#include "engine/grpc_invoker.h"
#include "engine/target.h"
#include "gather/embedded_gather.h"

namespace gather::internal {
namespace {

// One worker with its engine, and the way in from other threads.
class Lane {
 public:
  explicit Lane(const std::shared_ptr<const engine::EngineOptions>& options)
      : Lane(options, std::make_unique<grpc::CompletionQueue>()) {}

  // Cancels what runs and waits for it; what was posted is still run.
  ~Lane() {
    std::latch idle(1);
    worker_.Post([this, &idle] {
      engine_.CancelAll(v1::CAUSE_CALLER);
      engine_.NotifyWhenIdle([this, &idle] {
        worker_.Post([this, &idle] {
          invoker_.reset();
          idle.count_down();
        });
      });
    });
    idle.wait();
    worker_.Stop();
  }

  std::shared_ptr<EmbeddedGather> Start(std::unique_ptr<v1::GatherRequest> request,
                                        engine::Time deadline, Connection::Done done) {
    auto gather = std::make_shared<EmbeddedGather>(&worker_, &engine_, std::move(request), deadline,
                                                   std::move(done));
    worker_.Post([gather] { gather->OnTurn(); });
    return gather;
  }

  void Post(std::function<void()> work) { worker_.Post(std::move(work)); }
  bool OnThread() const { return worker_.OnThread(); }

 private:
  Lane(const std::shared_ptr<const engine::EngineOptions>& options,
       std::unique_ptr<grpc::CompletionQueue> queue)
      : queue_(queue.get()),
        worker_(std::make_unique<engine::GrpcQueue>(std::move(queue))),
        invoker_(std::make_unique<engine::GrpcInvoker>(queue_, options->targets,
                                                       options->max_reply_bytes)),
        engine_(&worker_, invoker_.get(), options) {
    worker_.Start();
  }

  grpc::CompletionQueue* const queue_;
  engine::Worker worker_;
  std::unique_ptr<engine::GrpcInvoker> invoker_;
  engine::Engine engine_;
};

class GatherHandle final : public PendingGather {
 public:
  explicit GatherHandle(std::shared_ptr<EmbeddedGather> gather) : gather_(std::move(gather)) {}
  void Cancel() override { gather_->Cancel(); }

 private:
  const std::shared_ptr<EmbeddedGather> gather_;
};

class EmbeddedConnection final : public Connection {
 public:
  EmbeddedConnection(const std::shared_ptr<const engine::EngineOptions>& options, int workers) {
    for (int i = 0; i < workers; ++i) lanes_.push_back(std::make_unique<Lane>(options));
  }

  std::unique_ptr<PendingGather> StartGather(v1::GatherRequest request,
                                             const GatherContext& context, Done done) override {
    return std::make_unique<GatherHandle>(
        NextLane().Start(std::make_unique<v1::GatherRequest>(std::move(request)),
                         context.deadline.value_or(engine::kNever), std::move(done)));
  }

  void RunOnWorker(absl::AnyInvocable<void()> work) override {
    // A std::function must be copyable, though it is only ever moved.
    auto shared = std::make_shared<absl::AnyInvocable<void()>>(std::move(work));
    NextLane().Post([shared = std::move(shared)] { (*shared)(); });
  }

  bool OnWorkerThread() const override {
    for (const auto& lane : lanes_) {
      if (lane->OnThread()) return true;
    }
    return false;
  }

 private:
  Lane& NextLane() { return *lanes_[next_lane_++ % lanes_.size()]; }

  std::vector<std::unique_ptr<Lane>> lanes_;
  std::atomic<std::size_t> next_lane_ = 0;
};

absl::Status CheckBounds(const EmbeddedOptions& options) {
  if (options.workers < 1) return absl::InvalidArgumentError("workers: at least 1");
  if (options.max_calls < 1) return absl::InvalidArgumentError("max_calls: at least 1");
  if (options.max_concurrency < 1) {
    return absl::InvalidArgumentError("max_concurrency: at least 1");
  }
  for (const auto& [name, timeout] : {std::pair("default_timeout", options.default_timeout),
                                      std::pair("max_timeout", options.max_timeout)}) {
    if (timeout > absl::ZeroDuration() && timeout <= absl::Hours(24 * 365)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(name, ": positive and at most a year, not ", absl::FormatDuration(timeout)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> MakeEmbedded(const EmbeddedOptions& options) {
  const absl::Status bounds = CheckBounds(options);
  if (!bounds.ok()) return bounds;
  absl::StatusOr<engine::TargetTable> targets = engine::TargetTable::Create(options.targets);
  if (!targets.ok()) return targets.status();
  auto shared = std::make_shared<engine::EngineOptions>();
  shared->targets = *std::move(targets);
  shared->plan.max_calls = options.max_calls;
  shared->plan.max_concurrency = options.max_concurrency;
  shared->plan.default_timeout = absl::ToChronoNanoseconds(options.default_timeout);
  shared->plan.max_timeout = absl::ToChronoNanoseconds(options.max_timeout);
  shared->max_request_bytes = options.max_request_bytes;
  shared->max_response_bytes = options.max_response_bytes;
  shared->max_reply_bytes = options.max_reply_bytes;
  return std::make_unique<EmbeddedConnection>(std::move(shared), options.workers);
}

}  // namespace gather::internal
