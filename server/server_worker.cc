#include "server/server_worker.h"

#include <utility>

#include "server/as_completed_call.h"
#include "server/capabilities_call.h"
#include "server/gather_call.h"
#include "server/health_calls.h"
#include "server/task_group_call.h"

namespace gather::server {
namespace {

// RPCs of a kind that are awaited at once, so that a burst need not wait for the next to be asked
// for.
constexpr int kAwaitedGathers = 32;
constexpr int kAwaitedStreams = 8;

// They live as long as the configuration that they are a part of.
std::shared_ptr<const engine::EngineOptions> EngineOptionsOf(
    const std::shared_ptr<const Configuration>& configuration) {
  return {configuration, &configuration->engine};
}

}  // namespace

ServerWorker::ServerWorker(std::unique_ptr<grpc::ServerCompletionQueue> queue,
                           GatherService* gather, HealthService* health, LabelBudget* labels,
                           Counters* counters, std::shared_ptr<const Configuration> configuration)
    : queue_(queue.get()),
      worker_(std::make_unique<engine::GrpcQueue>(std::move(queue))),
      observer_(labels, counters),
      invoker_(std::make_unique<engine::GrpcInvoker>(queue_, &observer_)),
      engine_(&worker_, invoker_.get(), EngineOptionsOf(configuration), &observer_),
      gather_service_(gather),
      health_service_(health),
      configuration_(std::move(configuration)),
      callers_(configuration_->message) {
  observer_.SetConfiguration(*configuration_);
}

void ServerWorker::Start() {
  worker_.Post([this] {
    for (int i = 0; i < kAwaitedGathers; ++i) Await<GatherCall>();
    for (int i = 0; i < kAwaitedStreams; ++i) {
      Await<AsCompletedCall>();
      Await<TaskGroupCall>();
    }
    Await<CapabilitiesCall>();
    Await<HealthCheckCall>();
    Await<HealthWatchCall>();
  });
  worker_.Start();
}

void ServerWorker::SetConfiguration(std::shared_ptr<const Configuration> configuration) {
  worker_.Post([this, configuration = std::move(configuration)] {
    configuration_ = configuration;
    callers_.emplace(configuration_->message);
    observer_.SetConfiguration(*configuration_);
    engine_.SetOptions(EngineOptionsOf(configuration_));
  });
}

std::variant<engine::Caller, engine::Refusal> ServerWorker::ReadCaller(
    const grpc::ServerContext& rpc, const std::string& gather_id) {
  return callers_->Read(rpc, gather_id, worker_.now());
}

void ServerWorker::Drain() {
  worker_.Post([this] {
    health_.SetNotServing();
    engine_.Drain();
    draining_ = true;
    for (const auto& [call, owned] : calls_) call->OnDrain();
  });
}

void ServerWorker::EndWatches() {
  worker_.Post([this] { health_.Close(); });
}

void ServerWorker::CancelAll() {
  worker_.Post([this] { engine_.CancelAll(v1::CAUSE_SHUTDOWN); });
}

void ServerWorker::NotifyWhenIdle(std::function<void()> on_idle) {
  worker_.Post([this, on_idle = std::move(on_idle)] {
    on_idle_ = on_idle;
    engine_.NotifyWhenIdle([this] { TellIfIdle(); });
  });
}

bool ServerWorker::Look(std::function<void(const engine::Engine&)> look) {
  return worker_.Post([this, look = std::move(look)] { look(engine_); });
}

void ServerWorker::Stop() {
  worker_.Post([this] { invoker_.reset(); });
  worker_.Stop();
}

void ServerWorker::Release(ServerCall* call) {
  calls_.erase(call);
  TellIfIdle();
}

void ServerWorker::TellIfIdle() {
  if (on_idle_ && calls_.empty() && engine_.idle()) std::exchange(on_idle_, nullptr)();
}

}  // namespace gather::server
