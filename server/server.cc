#include "server/server.h"

#include <grpc/compression.h>
#include <grpc/grpc.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <limits>
#include <mutex>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/duration.h"
#include "engine/gather_run.h"
#include "gather/v1/gather.pb.h"
#include "server/detached_log.h"
#include "server/version.h"

namespace gather::server {
namespace {

// After the drain deadline: cancelled gathers answer within the cancel grace, and clients that do
// not take their answers are cut off.
constexpr std::chrono::seconds kAnswerTime(5);

void SetArguments(const engine::EngineOptions& options, grpc::ServerBuilder* builder) {
  constexpr std::uint64_t kOneMore = 1 << 20;  // so that the refusal of a large request is ours
  const std::uint64_t largest = std::numeric_limits<int>::max();
  builder->SetMaxReceiveMessageSize(
      static_cast<int>(std::min(options.max_request_bytes + kOneMore, largest)));
  builder->SetMaxSendMessageSize(-1);
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder->AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  builder->AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
}

std::string Capabilities(const engine::EngineOptions& options) {
  v1::Capabilities capabilities;
  capabilities.set_version(kVersion);
  capabilities.set_max_calls(options.plan.max_calls);
  capabilities.set_max_request_bytes(options.max_request_bytes);
  capabilities.set_max_response_bytes(options.max_response_bytes);
  engine::ToProto(options.plan.max_timeout, capabilities.mutable_max_timeout());
  capabilities.set_max_concurrency(options.plan.max_concurrency);
  for (const v1::Mode mode : {v1::MODE_FAIL_FAST, v1::MODE_COLLECT, v1::MODE_PROPAGATE,
                              v1::MODE_ANY, v1::MODE_RACE, v1::MODE_QUORUM}) {
    capabilities.add_modes(mode);
  }
  for (const auto& target : options.targets.all()) {
    capabilities.add_targets()->set_name(target->name);
  }
  return capabilities.SerializeAsString();
}

// Late failures are counted by the server that the options are of.
std::shared_ptr<const engine::EngineOptions> ShareOptions(engine::EngineOptions options,
                                                          Counters* counters) {
  options.on_detached_failure = [counters](const engine::DetachedFailure& failure) {
    LogDetachedFailure(failure, counters->detached_failures.Increment());
  };
  return std::make_shared<const engine::EngineOptions>(std::move(options));
}

std::string HostOf(const std::string& listen) { return listen.substr(0, listen.rfind(':')); }

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(ServerOptions options) {
  auto server = std::unique_ptr<Server>(new Server(std::move(options)));
  if (absl::Status listening = server->Listen(); !listening.ok()) return listening;
  return server;
}

Server::Server(ServerOptions options)
    : options_(std::move(options)),
      engine_options_(ShareOptions(std::move(options_.engine), &counters_)) {}

Server::~Server() { Drain(); }

absl::Status Server::Listen() {
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(options_.listen, grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&gather_service_);
  builder.RegisterService(&health_service_);
  SetArguments(*engine_options_, &builder);
  std::vector<std::unique_ptr<grpc::ServerCompletionQueue>> queues;
  for (int i = 0; i < options_.workers; ++i) queues.push_back(builder.AddCompletionQueue());
  server_ = builder.BuildAndStart();
  if (server_ == nullptr || port == 0) {
    for (const auto& queue : queues) queue->Shutdown();
    server_.reset();
    return absl::InvalidArgumentError(
        absl::StrCat("cannot listen on ", options_.listen, ": is the port taken?"));
  }
  address_ = absl::StrCat(HostOf(options_.listen), ":", port);
  const std::string capabilities = Capabilities(*engine_options_);
  for (auto& queue : queues) {
    workers_.push_back(std::make_unique<ServerWorker>(
        std::move(queue), &gather_service_, &health_service_, engine_options_, capabilities));
    workers_.back()->Start();
  }
  return absl::OkStatus();
}

void Server::Drain() {
  if (drained_ || server_ == nullptr) return;
  drained_ = true;
  for (const auto& worker : workers_) worker->Drain();
  absl::SleepFor(options_.lame_duck);
  for (const auto& worker : workers_) worker->EndWatches();
  const std::chrono::nanoseconds grace = absl::ToChronoNanoseconds(options_.drain_deadline);
  const auto deadline = std::chrono::steady_clock::now() + grace;
  // A GOAWAY cannot be had otherwise, and it blocks until the last RPC is over.
  std::future<void> shut_down = std::async(std::launch::async, [this, grace] {
    server_->Shutdown(std::chrono::system_clock::now() + grace + kAnswerTime);
  });
  std::vector<std::future<void>> idle = Idle();
  const bool in_time = std::all_of(idle.begin(), idle.end(), [deadline](const auto& worker) {
    return worker.wait_until(deadline) == std::future_status::ready;
  });
  if (!in_time) {
    for (const auto& worker : workers_) worker->CancelAll();
  }
  shut_down.get();
  for (const std::future<void>& worker : idle) worker.wait();
  for (const auto& worker : workers_) worker->Stop();
}

std::vector<std::future<void>> Server::Idle() {
  std::vector<std::future<void>> idle;
  for (const auto& worker : workers_) {
    auto promise = std::make_shared<std::promise<void>>();
    idle.push_back(promise->get_future());
    worker->NotifyWhenIdle([promise = std::move(promise)] { promise->set_value(); });
  }
  return idle;
}

}  // namespace gather::server
