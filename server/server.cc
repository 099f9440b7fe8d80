#include "server/server.h"

#include <grpc/compression.h>
#include <grpc/grpc.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <limits>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "engine/engine.h"
#include "gather/config/v1/config.pb.h"
#include "server/admin/server_view.h"
#include "server/config/mistakes.h"
#include "server/config/value_check.h"
#include "server/identity/listener_credentials.h"
#include "server/log.h"

namespace gather::server {
namespace {

// After the drain deadline: cancelled gathers answer within the cancel grace, and clients that do
// not take their answers are cut off.
constexpr std::chrono::seconds kAnswerTime(5);

// Reflection, the only service with threads of its own, asks nobody who he is: so its streams must
// not be able to take more and more of them.
constexpr int kReflectionThreads = 8;

constexpr int kMaxStreams = 1'000;
constexpr absl::Duration kHandshakeTimeout = absl::Seconds(20);

int Milliseconds(absl::Duration duration) {
  return static_cast<int>(absl::ToInt64Milliseconds(duration));
}

void SetConnectionLimits(const config::v1::Listener& listener, grpc::ServerBuilder* builder) {
  const std::uint32_t streams = listener.max_streams_per_connection();
  builder->AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS,
                              streams > 0 ? static_cast<int>(streams) : kMaxStreams);
  const absl::Duration handshake = listener.has_handshake_timeout()
                                       ? ToDuration(listener.handshake_timeout())
                                       : kHandshakeTimeout;
  builder->AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, Milliseconds(handshake));
  if (listener.has_max_connection_age()) {
    builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS,
                                Milliseconds(ToDuration(listener.max_connection_age())));
  }
  if (listener.has_max_connection_age_grace()) {
    builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
                                Milliseconds(ToDuration(listener.max_connection_age_grace())));
  }
}

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

std::string HostOf(const std::string& listen) { return listen.substr(0, listen.rfind(':')); }

std::shared_ptr<const Configuration> Share(Configuration configuration) {
  ApplyLimits(configuration);
  return std::make_shared<const Configuration>(std::move(configuration));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(Configuration configuration) {
  auto server = std::unique_ptr<Server>(new Server(std::move(configuration)));
  if (absl::Status listening = server->Listen(); !listening.ok()) {
    server->End(absl::ZeroDuration());  // nobody was told that it serves
    return listening;
  }
  return server;
}

Server::Server(Configuration configuration) : configuration_(Share(std::move(configuration))) {}

bool Server::Reload(const ConfigSource& source) {
  auto loaded = source.Load(configuration().get());
  if (const auto* mistakes = std::get_if<Mistakes>(&loaded)) {
    counters_.refused_reloads.Add();
    for (const std::string& mistake : *mistakes) {
      Log(LogLevel::kError, "reload_refused", {{"mistake", mistake}});
    }
    return false;
  }
  const auto next = Share(std::move(std::get<Configuration>(loaded)));
  {
    absl::MutexLock lock(&mutex_);
    configuration_ = next;
  }
  for (const auto& worker : workers_) worker->SetConfiguration(next);
  SetLogLevel(next->log_level);
  SetLogFormat(next->log_format);
  counters_.reloads.Add();
  Log(LogLevel::kInfo, "reloaded", {{"version", next->version}});
  return true;
}

std::shared_ptr<const Configuration> Server::configuration() const {
  absl::MutexLock lock(&mutex_);
  return configuration_;
}

Server::~Server() { Drain(); }

absl::Status Server::Listen() {
  const std::shared_ptr<const Configuration> configuration = this->configuration();
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  int port = 0;
  credentials_ = MakeListenerCredentials(configuration->message.listener());
  builder.AddListeningPort(configuration->listen, credentials_, &port);
  builder.RegisterService(&gather_service_);
  builder.RegisterService(&health_service_);
  grpc::ResourceQuota threads("threads");
  threads.SetMaxThreads(kReflectionThreads);
  builder.SetResourceQuota(threads);
  SetArguments(configuration->engine, &builder);
  SetConnectionLimits(configuration->message.listener(), &builder);
  std::vector<std::unique_ptr<grpc::ServerCompletionQueue>> queues;
  queues.reserve(configuration->workers);
  for (int i = 0; i < configuration->workers; ++i) queues.push_back(builder.AddCompletionQueue());
  server_ = builder.BuildAndStart();
  if (server_ == nullptr || port == 0) {
    for (const auto& queue : queues) queue->Shutdown();
    server_.reset();
    return absl::InvalidArgumentError(
        absl::StrCat("--listen: cannot listen on ", configuration->listen, ": is the port taken?"));
  }
  address_ = absl::StrCat(HostOf(configuration->listen), ":", port);
  for (auto& queue : queues) {
    workers_.push_back(std::make_unique<ServerWorker>(
        std::move(queue), &gather_service_, &health_service_, &labels_, &counters_, configuration));
    workers_.back()->Start();
  }
  return StartAdmin();
}

absl::Status Server::StartAdmin() {
  const std::string address = configuration()->message.admin().address();
  if (address.empty()) return absl::OkStatus();
  ServerView view;
  for (const auto& worker : workers_) {
    view.workers.emplace_back([at = worker.get()](auto look) { return at->Look(std::move(look)); });
    view.metrics.push_back(&worker->metrics());
  }
  view.counters = &counters_;
  view.configuration = [this] { return configuration(); };
  view.draining = [this] { return draining_.load(); };
  auto admin = Admin::Start(address, std::move(view));
  if (!admin.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--admin: ", admin.status().message()));
  }
  admin_ = *std::move(admin);
  return absl::OkStatus();
}

void Server::Drain() { End(configuration()->lame_duck); }

void Server::End(absl::Duration lame_duck) {
  if (draining_ || server_ == nullptr) return;
  draining_ = true;
  for (const auto& worker : workers_) worker->Drain();
  absl::SleepFor(lame_duck);
  for (const auto& worker : workers_) worker->EndWatches();
  const std::chrono::nanoseconds grace = absl::ToChronoNanoseconds(configuration()->drain_deadline);
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
