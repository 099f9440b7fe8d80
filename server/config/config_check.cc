#include "server/config/config_check.h"

#include <google/protobuf/util/message_differencer.h>

#include <cstdint>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/config/access_check.h"
#include "server/config/target_check.h"
#include "server/config/value_check.h"
#include "server/log_line.h"

namespace gather::server {
namespace {

using config::v1::ServerConfig;
using google::protobuf::util::MessageDifferencer;

constexpr std::uint64_t kMostWorkers = 256;
constexpr std::uint64_t kMostCalls = 10'000'000;
constexpr std::uint64_t kMostInt = std::numeric_limits<std::int32_t>::max();

void CheckListenerTls(const config::v1::Listener& config, const Place& listener) {
  const Place tls = listener.In("tls");
  if (config.tls().certificate_file().empty()) tls.Wrong("certificate_file", "missing");
  if (config.tls().private_key_file().empty()) tls.Wrong("private_key_file", "missing");
  if (config.insecure())
    listener.Wrong("insecure", "with tls, nothing is plaintext; leave one out");
}

void CheckListener(const config::v1::Listener& config, const Place& listener) {
  const std::string& address = config.address();
  if (!address.empty() && !IsHostPort(address)) {
    listener.Wrong("address", absl::StrCat(Quoted(address), " is not HOST:PORT"));
  } else if (!address.empty() && !IsLoopback(address) && !config.has_tls() && !config.insecure()) {
    listener.Wrong("address", absl::StrCat(address,
                                           " can be reached from elsewhere, in plaintext; set tls, "
                                           "listen on loopback, or say insecure (--insecure)"));
  }
  if (config.has_tls()) CheckListenerTls(config, listener);
  CheckAtMost(config.workers(), kMostWorkers, "workers", listener);
  CheckAtMost(config.max_streams_per_connection(), kMostInt, "max_streams_per_connection",
              listener);
  const absl::Duration second = absl::Seconds(1);
  const absl::Duration day = absl::Hours(24);
  if (config.has_handshake_timeout()) {
    CheckDuration(config.handshake_timeout(), absl::Milliseconds(1), day, "handshake_timeout",
                  listener);
  }
  if (config.has_max_connection_age()) {
    CheckDuration(config.max_connection_age(), second, day * 7, "max_connection_age", listener);
  }
  if (!config.has_max_connection_age_grace()) return;
  CheckDuration(config.max_connection_age_grace(), absl::ZeroDuration(), day * 7,
                "max_connection_age_grace", listener);
  if (!config.has_max_connection_age()) {
    listener.Wrong("max_connection_age_grace", "means nothing without max_connection_age");
  }
}

void CheckLimitTimes(const config::v1::Limits& config, const Place& limits) {
  const absl::Duration least = absl::Milliseconds(1);
  const absl::Duration most = absl::Hours(24);
  if (config.has_default_timeout()) {
    CheckDuration(config.default_timeout(), least, most, "default_timeout", limits);
  }
  if (config.has_max_timeout()) {
    CheckDuration(config.max_timeout(), least, most, "max_timeout", limits);
  }
  if (config.has_detached_timeout()) {
    CheckDuration(config.detached_timeout(), least, most, "detached_timeout", limits);
  }
  if (config.has_default_timeout() && config.has_max_timeout() &&
      ToDuration(config.default_timeout()) > ToDuration(config.max_timeout())) {
    limits.Wrong("default_timeout", "longer than max_timeout");
  }
}

void CheckLimits(const config::v1::Limits& config, const Place& limits) {
  CheckAtMost(config.max_calls(), kMostCalls, "max_calls", limits);
  CheckAtMost(config.max_concurrency(), kMostCalls, "max_concurrency", limits);
  CheckAtMost(config.max_detached(), kMostCalls, "max_detached", limits);
  CheckAtMost(config.max_request_bytes(), kMostBytes, "max_request_bytes", limits);
  CheckAtMost(config.max_response_bytes(), kMostBytes, "max_response_bytes", limits);
  CheckAtMost(config.max_reply_bytes(), kMostBytes, "max_reply_bytes", limits);
  CheckLimitTimes(config, limits);
  const std::uint64_t all = config.max_buffered_bytes();
  if (all > 0 && config.max_buffered_bytes_per_gather() > all) {
    limits.Wrong("max_buffered_bytes_per_gather", "more than max_buffered_bytes of all gathers");
  }
}

void CheckPrincipalLimits(const config::v1::PrincipalLimits& config, const Place& limits) {
  const double rate = config.sub_calls_per_second();
  if (!(rate >= 0 && rate <= 1e9)) limits.Wrong("sub_calls_per_second", "not from 0 to 1e9");
  if (rate == 0 && config.burst() > 0) {
    limits.Wrong("burst", "means nothing without sub_calls_per_second");
  }
}

void CheckAllPrincipalLimits(const ServerConfig& config, const Place& root) {
  CheckPrincipalLimits(config.limits().principal(), root.In("limits").In("principal"));
  for (int i = 0; i < config.principals_size(); ++i) {
    CheckPrincipalLimits(config.principals(i).limits(), root.Each("principals", i).In("limits"));
  }
}

void CheckDrain(const config::v1::Drain& config, const Place& drain) {
  const absl::Duration most = absl::Hours(24);
  if (config.has_deadline()) {
    CheckDuration(config.deadline(), absl::ZeroDuration(), most, "deadline", drain);
  }
  if (config.has_lame_duck()) {
    CheckDuration(config.lame_duck(), absl::ZeroDuration(), most, "lame_duck", drain);
  }
}

void CheckAdmin(const config::v1::Admin& config, const Place& admin) {
  if (config.address().empty()) {
    if (config.insecure()) admin.Wrong("insecure", "means nothing without an address");
  } else if (!IsHostPort(config.address())) {
    admin.Wrong("address", absl::StrCat(Quoted(config.address()), " is not HOST:PORT"));
  } else if (!IsLoopback(config.address()) && !config.insecure()) {
    admin.Wrong("address", absl::StrCat(config.address(),
                                        " can be reached from elsewhere, and nobody is asked who "
                                        "they are; listen on loopback, or say insecure"));
  }
}

void CheckLogging(const config::v1::Logging& config, const Place& logging) {
  LogLevel level;
  if (config.level().empty() || ParseLogLevel(config.level(), &level)) return;
  logging.Wrong("level",
                absl::StrCat(Quoted(config.level()), " is not debug, info, warning or error"));
}

}  // namespace

Mistakes CheckConfig(const ServerConfig& config) {
  Mistakes mistakes;
  const Place root(&mistakes);
  CheckListener(config.listener(), root.In("listener"));
  CheckTargets(config, root);
  CheckAccess(config, root);
  CheckLimits(config.limits(), root.In("limits"));
  CheckAllPrincipalLimits(config, root);
  CheckDrain(config.drain(), root.In("drain"));
  CheckAdmin(config.admin(), root.In("admin"));
  CheckLogging(config.logging(), root.In("logging"));
  return mistakes;
}

Mistakes CheckReload(const ServerConfig& running, const ServerConfig& next) {
  constexpr char kRestart[] = "changed; that needs a restart";
  Mistakes mistakes;
  const Place root(&mistakes);
  if (!MessageDifferencer::Equals(running.listener(), next.listener())) {
    root.Wrong("listener", kRestart);
  }
  if (!MessageDifferencer::Equals(running.admin(), next.admin())) root.Wrong("admin", kRestart);
  if (running.limits().max_request_bytes() != next.limits().max_request_bytes()) {
    root.In("limits").Wrong("max_request_bytes", kRestart);  // gRPC's own limit is set beside it
  }
  return mistakes;
}

}  // namespace gather::server
