#include "engine/backend_channel.h"

#include <grpc/compression.h>
#include <grpc/grpc.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/async/time.h"

namespace gather::engine {
namespace {

constexpr std::uint64_t kMaxInt = std::numeric_limits<int>::max();

void SetCommon(grpc::ChannelArguments* arguments) {
  arguments->SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments->SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments->SetInt(GRPC_ARG_MAX_METADATA_SIZE, 64 << 10);
  arguments->SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments->SetInt(GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET, 1 << GRPC_COMPRESS_NONE);
  arguments->SetInt(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  arguments->SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments->SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 5'000);
  arguments->SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
}

int Milliseconds(Duration duration) {
  const auto count = std::chrono::ceil<std::chrono::milliseconds>(duration).count();
  return static_cast<int>(std::min<std::uint64_t>(count, kMaxInt));
}

// gRPC stops pinging after two pings without data, unless it is told not to.
void SetKeepalive(const ChannelSettings::Keepalive& keepalive, grpc::ChannelArguments* arguments) {
  arguments->SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, Milliseconds(keepalive.time));
  arguments->SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Milliseconds(keepalive.timeout));
  arguments->SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
}

// Empty for what gRPC does by itself. The service's name is printable and needs no escapes.
std::string ServiceConfig(const ChannelSettings& settings) {
  if (settings.load_balancing == ChannelSettings::LoadBalancing::kPickFirst) return "";
  std::string health;
  if (settings.health_check_service) {
    health = absl::StrCat(R"(,"healthCheckConfig":{"serviceName":")",
                          *settings.health_check_service, R"("})");
  }
  return absl::StrCat(R"({"loadBalancingConfig":[{"round_robin":{}}])", health, "}");
}

std::shared_ptr<grpc::ChannelCredentials> Credentials(const ChannelSettings& settings) {
  if (!settings.tls) return grpc::InsecureChannelCredentials();
  return grpc::SslCredentials({.pem_root_certs = settings.tls->authorities,
                               .pem_private_key = settings.tls->private_key,
                               .pem_cert_chain = settings.tls->certificate_chain});
}

}  // namespace

std::shared_ptr<grpc::Channel> MakeBackendChannel(const ChannelSettings& settings) {
  grpc::ChannelArguments arguments;
  SetCommon(&arguments);
  arguments.SetMaxReceiveMessageSize(static_cast<int>(std::min(settings.max_reply_bytes, kMaxInt)));
  if (!settings.authority.empty()) {
    arguments.SetString(GRPC_ARG_DEFAULT_AUTHORITY, settings.authority);
  }
  if (settings.tls && !settings.tls->server_name.empty()) {
    arguments.SetSslTargetNameOverride(settings.tls->server_name);
  }
  if (settings.keepalive) SetKeepalive(*settings.keepalive, &arguments);
  const std::string service_config = ServiceConfig(settings);
  if (!service_config.empty()) arguments.SetServiceConfigJSON(service_config);
  return grpc::CreateCustomChannel(settings.address, Credentials(settings), arguments);
}

}  // namespace gather::engine
