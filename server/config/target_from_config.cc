#include "server/config/target_from_config.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/config/pem_file.h"
#include "server/config/value_check.h"

namespace gather::server {
namespace {

using engine::ChannelSettings;

constexpr std::uint32_t kMaxConnections = 4;

engine::Duration ToEngine(const google::protobuf::Duration& duration) {
  return absl::ToChronoNanoseconds(ToDuration(duration));
}

std::vector<std::string> ToVector(const google::protobuf::RepeatedPtrField<std::string>& strings) {
  return {strings.begin(), strings.end()};
}

ChannelSettings::Tls ToTls(const config::v1::ClientTls& config, const Place& place) {
  ChannelSettings::Tls tls;
  tls.server_name = config.server_name();
  if (!config.ca_file().empty()) {
    tls.authorities = ReadCertificates(config.ca_file(), "ca_file", place);
  }
  if (!config.certificate_file().empty() && !config.private_key_file().empty()) {
    KeyPair pair = ReadKeyPair(config.certificate_file(), config.private_key_file(), place);
    tls.certificate_chain = std::move(pair.certificate_chain);
    tls.private_key = std::move(pair.private_key);
  }
  return tls;
}

ChannelSettings::Keepalive ToKeepalive(const config::v1::Keepalive& config) {
  ChannelSettings::Keepalive keepalive;
  if (config.has_time()) keepalive.time = ToEngine(config.time());
  if (config.has_timeout()) keepalive.timeout = ToEngine(config.timeout());
  return keepalive;
}

ChannelSettings ToChannel(const config::v1::Target& config, std::uint64_t max_reply_bytes,
                          const Place& place) {
  ChannelSettings channel;
  channel.address = config.address();
  if (config.has_tls()) channel.tls = ToTls(config.tls(), place.In("tls"));
  channel.authority = config.authority();
  channel.load_balancing = config.load_balancing() == config::v1::LOAD_BALANCING_PICK_FIRST
                               ? ChannelSettings::LoadBalancing::kPickFirst
                               : ChannelSettings::LoadBalancing::kRoundRobin;
  if (config.has_health_check_service()) {
    channel.health_check_service = config.health_check_service();
  }
  if (config.has_keepalive()) channel.keepalive = ToKeepalive(config.keepalive());
  channel.max_reply_bytes =
      config.max_reply_bytes() > 0 ? config.max_reply_bytes() : max_reply_bytes;
  return channel;
}

engine::TargetLimits::Adaptive ToAdaptive(const config::v1::Adaptive& config) {
  engine::TargetLimits::Adaptive adaptive;
  if (config.min_in_flight() > 0) adaptive.min_in_flight = config.min_in_flight();
  if (config.initial_in_flight() > 0) adaptive.initial_in_flight = config.initial_in_flight();
  return adaptive;
}

engine::TargetLimits ToLimits(const config::v1::TargetLimits& config) {
  engine::TargetLimits limits;
  limits.max_in_flight = config.max_in_flight();
  limits.max_queued = config.max_queued();
  if (config.has_adaptive()) limits.adaptive = ToAdaptive(config.adaptive());
  limits.dry_run = config.dry_run();
  return limits;
}

}  // namespace

engine::Target ToTarget(const config::v1::Target& config, std::uint64_t max_reply_bytes,
                        const Place& place) {
  engine::Target target;
  target.name = config.name();
  target.channel = ToChannel(config, max_reply_bytes, place);
  target.max_connections =
      config.max_connections() > 0 ? config.max_connections() : kMaxConnections;
  if (config.streams_per_connection() > 0) {
    target.streams_per_connection = config.streams_per_connection();
  }
  target.wait_for_ready = config.wait_for_ready();
  target.methods = engine::MethodSet(ToVector(config.methods()));
  if (!config.idempotent_methods().empty()) {
    target.idempotent_methods = engine::MethodSet(ToVector(config.idempotent_methods()));
  }
  target.request_metadata = engine::KeySet(ToVector(config.request_metadata()));
  target.response_metadata = engine::KeySet(ToVector(config.response_metadata()));
  target.forward_principal = config.forward_principal();
  if (config.has_default_timeout()) target.default_timeout = ToEngine(config.default_timeout());
  if (config.has_max_timeout()) target.max_timeout = ToEngine(config.max_timeout());
  target.limits = ToLimits(config.limits());
  return target;
}

}  // namespace gather::server
