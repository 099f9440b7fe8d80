#include "gather/embedded_connection.h"

#include <grpcpp/completion_queue.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <latch>
#include <limits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/async/grpc_queue.h"
#include "engine/async/time.h"
#include "engine/async/worker.h"
#include "engine/caller.h"
#include "engine/caller_metadata.h"
#include "engine/detached_budget.h"
#include "engine/engine.h"
#include "engine/gather_run.h"
#include "engine/grpc_invoker.h"
#include "engine/outcome.h"
#include "engine/target.h"
#include "gather/detached_failure.h"
#include "gather/embedded_gather.h"
#include "gather/embedded_group.h"
#include "gather/embedded_stream.h"
#include "gather/handles.h"
#include "gather/status_from_proto.h"

namespace gather::internal {
namespace {

// Connections to each target: more than one only while large requests are in flight, which then get
// on faster. However many small calls there are, they share the first.
constexpr std::uint32_t kMaxConnections = 4;
constexpr std::uint32_t kManyStreams = std::numeric_limits<std::uint32_t>::max();

// One worker with its engine, and the way in from other threads.
class Lane {
 public:
  explicit Lane(const std::shared_ptr<const engine::EngineOptions>& options)
      : Lane(options, std::make_unique<grpc::CompletionQueue>()) {}

  // Cancels what runs, also what outlived its gather, and waits for it; what was posted is still
  // run, but a gather that is started from now on is refused.
  ~Lane() {
    std::latch idle(1);
    worker_.Post([this, &idle] {
      engine_.Drain();
      engine_.CancelAll(v1::CAUSE_CALLER);
      engine_.CancelAll(v1::CAUSE_SHUTDOWN);
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

  // Has the engine begin `work`, a gather, a stream or a group of this lane.
  template <typename Work>
  void Begin(std::shared_ptr<Work> work) {
    worker_.Post([work = std::move(work)] { work->OnTurn(); });
  }

  // The same on the calling thread, which waits for its end, if the lane has nothing else to do.
  void Drive(const std::shared_ptr<EmbeddedGather>& gather) {
    const bool driven =
        worker_.Drive([&gather] { gather->OnTurn(); }, [&gather] { return gather->ended(); });
    if (!driven) Begin(gather);
  }

  void Post(std::function<void()> work) { worker_.Post(std::move(work)); }
  bool OnThread() const { return worker_.OnThread(); }

  engine::Worker* worker() { return &worker_; }
  engine::Engine* engine() { return &engine_; }

 private:
  Lane(const std::shared_ptr<const engine::EngineOptions>& options,
       std::unique_ptr<grpc::CompletionQueue> queue)
      : queue_(queue.get()),
        worker_(std::make_unique<engine::GrpcQueue>(std::move(queue))),
        invoker_(std::make_unique<engine::GrpcInvoker>(queue_)),
        engine_(&worker_, invoker_.get(), options) {
    // What outlives its gather may call the user back: that is for the worker's thread.
    worker_.ParkWhen([this] { return engine_.idle(); });
    worker_.Start();
  }

  grpc::CompletionQueue* const queue_;
  engine::Worker worker_;
  std::unique_ptr<engine::GrpcInvoker> invoker_;
  engine::Engine engine_;
};

// A gather whose caller waits for it.
class PreparedHandle final : public PendingGather {
 public:
  PreparedHandle(Lane* lane, std::shared_ptr<EmbeddedGather> gather)
      : lane_(lane), gather_(std::move(gather)) {}

  void Cancel() override { gather_->Cancel(); }
  void Drive() override { lane_->Drive(gather_); }

 private:
  Lane* const lane_;
  const std::shared_ptr<EmbeddedGather> gather_;
};

// Who asks, as a server would read it from the metadata of the RPC.
engine::Caller CallerOf(const GatherContext& context) {
  engine::Caller caller{"", context.deadline.value_or(engine::kNever)};
  engine::CallerMetadata metadata;
  for (const auto& [key, value] : context.metadata) metadata.Add(key, value);
  metadata.GiveTo(&caller);
  return caller;
}

class EmbeddedConnection final : public Connection {
 public:
  EmbeddedConnection(const std::shared_ptr<const engine::EngineOptions>& options, int workers) {
    for (int i = 0; i < workers; ++i) lanes_.push_back(std::make_unique<Lane>(options));
  }

  std::unique_ptr<PendingGather> StartGather(OwnedRequest request, const GatherContext& context,
                                             Done done) override {
    Lane& lane = NextLane();
    auto gather = MakeGather(&lane, std::move(request), context, std::move(done));
    lane.Begin(gather);
    return std::make_unique<GatherHandle<EmbeddedGather>>(std::move(gather));
  }

  std::unique_ptr<PendingGather> PrepareGather(OwnedRequest request, const GatherContext& context,
                                               Done done) override {
    Lane& lane = NextLane();
    return std::make_unique<PreparedHandle>(
        &lane, MakeGather(&lane, std::move(request), context, std::move(done)));
  }

  std::unique_ptr<PendingStream> StartStream(OwnedRequest request, const GatherContext& context,
                                             std::shared_ptr<StreamSink> sink) override {
    Lane& lane = NextLane();
    auto stream = std::make_shared<EmbeddedStream>(lane.worker(), lane.engine(), std::move(request),
                                                   CallerOf(context), std::move(sink));
    lane.Begin(stream);
    return std::make_unique<StreamHandle<EmbeddedStream>>(std::move(stream));
  }

  std::unique_ptr<PendingGroup> StartGroup(v1::Open open, const GatherContext& context,
                                           std::shared_ptr<StreamSink> sink) override {
    Lane& lane = NextLane();
    auto group = std::make_shared<EmbeddedGroup>(lane.worker(), lane.engine(), std::move(open),
                                                 CallerOf(context), std::move(sink));
    lane.Begin(group);
    return std::make_unique<GroupHandle<EmbeddedGroup>>(std::move(group));
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
  static std::shared_ptr<EmbeddedGather> MakeGather(Lane* lane, OwnedRequest request,
                                                    const GatherContext& context, Done done) {
    return std::make_shared<EmbeddedGather>(lane->worker(), lane->engine(), std::move(request),
                                            CallerOf(context), std::move(done));
  }

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
                                      std::pair("max_timeout", options.max_timeout),
                                      std::pair("detached_timeout", options.detached_timeout)}) {
    if (timeout > absl::ZeroDuration() && timeout <= absl::Hours(24 * 365)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(name, ": positive and at most a year, not ", absl::FormatDuration(timeout)));
  }
  return absl::OkStatus();
}

absl::StatusOr<engine::TargetTable> TargetsOf(const EmbeddedOptions& options) {
  std::vector<engine::Target> targets;
  for (const auto& [name, address] : options.targets) {
    engine::Target& target = targets.emplace_back();
    target.name = name;
    target.channel.address = address;
    target.channel.max_reply_bytes = options.max_reply_bytes;
    target.max_connections = kMaxConnections;
    target.streams_per_connection = kManyStreams;
  }
  return engine::TargetTable::FromTargets(std::move(targets), nullptr);
}

DetachedFailure FromEngine(const engine::DetachedFailure& late) {
  const engine::Failure& failure = late.failure;
  return {late.gather_id, failure.index,  failure.id,
          failure.target, failure.method, StatusFromProto(failure.status)};
}

std::function<void(const engine::DetachedFailure&)> Reporter(const EmbeddedOptions& options) {
  const auto& own = options.on_detached_failure;
  return [report = own ? own : &WriteToStandardError](const engine::DetachedFailure& late) {
    report(FromEngine(late));
  };
}

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> MakeEmbedded(const EmbeddedOptions& options) {
  const absl::Status bounds = CheckBounds(options);
  if (!bounds.ok()) return bounds;
  absl::StatusOr<engine::TargetTable> targets = TargetsOf(options);
  if (!targets.ok()) return targets.status();
  auto shared = std::make_shared<engine::EngineOptions>();
  shared->targets = *std::move(targets);
  shared->plan.max_calls = options.max_calls;
  shared->plan.max_concurrency = options.max_concurrency;
  shared->plan.default_timeout = absl::ToChronoNanoseconds(options.default_timeout);
  shared->plan.max_timeout = absl::ToChronoNanoseconds(options.max_timeout);
  shared->max_request_bytes = options.max_request_bytes;
  shared->max_response_bytes = options.max_response_bytes;
  shared->detached_budget = std::make_shared<engine::DetachedBudget>(options.max_detached);
  shared->detached_timeout = absl::ToChronoNanoseconds(options.detached_timeout);
  shared->on_detached_failure = Reporter(options);
  return std::make_unique<EmbeddedConnection>(std::move(shared), options.workers);
}

}  // namespace gather::internal
