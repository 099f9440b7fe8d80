#include "server/config/target_check.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "engine/method_set.h"
#include "engine/target.h"
#include "server/config/value_check.h"

namespace gather::server {
namespace {

using config::v1::Target;
using Strings = google::protobuf::RepeatedPtrField<std::string>;

constexpr char kAddressForms[] =
    "HOST:PORT, dns:///HOST:PORT, ipv4:ADDRESS:PORT, ipv6:[ADDRESS]:PORT, unix:PATH or xds:///NAME";
constexpr std::uint64_t kMostConnections = 1'000;
constexpr std::uint64_t kMostStreams = 1'000'000;
constexpr std::uint64_t kMostInFlight = 10'000'000;

bool HasBootstrap() {
  return std::getenv("GRPC_XDS_BOOTSTRAP") != nullptr ||
         std::getenv("GRPC_XDS_BOOTSTRAP_CONFIG") != nullptr;
}

void CheckAddress(const std::string& address, const Place& target) {
  if (address.empty()) {
    return target.Wrong("address", absl::StrCat("empty; must be ", kAddressForms));
  }
  absl::string_view rest = address;
  if (absl::ConsumePrefix(&rest, "xds:")) {
    if (!HasBootstrap()) {
      target.Wrong("address",
                   "xds needs a bootstrap: set GRPC_XDS_BOOTSTRAP in the environment to its file");
    }
  } else if (absl::ConsumePrefix(&rest, "unix:") || absl::ConsumePrefix(&rest, "unix-abstract:") ||
             absl::ConsumePrefix(&rest, "dns:")) {
    if (!absl::StripLeadingAsciiWhitespace(rest).empty() && rest != "//" && rest != "///") return;
    target.Wrong("address", absl::StrCat(Quoted(address), " names nothing"));
  } else {
    if (!absl::ConsumePrefix(&rest, "ipv4:")) absl::ConsumePrefix(&rest, "ipv6:");
    if (IsHostPort(rest) && rest.find('/') == absl::string_view::npos) return;
    target.Wrong("address", absl::StrCat(Quoted(address), " is not ", kAddressForms));
  }
}

bool IsKey(absl::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](unsigned char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-' || c == '_' || c == '.';
  });
}

void CheckKeys(const Strings& keys, absl::string_view field, const Place& target) {
  for (int i = 0; i < keys.size(); ++i) {
    if (keys[i] == "*" || IsKey(keys[i])) continue;
    target.Each(field, i).Wrong("", absl::StrCat(Quoted(keys[i]),
                                                 " is no key of metadata; those "
                                                 "match [a-z0-9_.-]+, or are *"));
  }
}

void CheckMethods(const Target& config, const Place& target) {
  CheckMethodPatterns(config.methods(), "methods", target);
  CheckMethodPatterns(config.idempotent_methods(), "idempotent_methods", target);
  const engine::MethodSet allowed({config.methods().begin(), config.methods().end()});
  for (int i = 0; i < config.idempotent_methods_size(); ++i) {
    if (allowed.Covers(config.idempotent_methods(i))) continue;
    target.Each("idempotent_methods", i)
        .Wrong("", absl::StrCat(Quoted(config.idempotent_methods(i)), " is not in `methods`"));
  }
}

// Printable, and nothing that JSON or a header would escape.
bool IsPlain(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return absl::ascii_isgraph(c) && c != '"' && c != '\\';
  });
}

void CheckTls(const Target& config, const Place& target) {
  const config::v1::ClientTls& tls = config.tls();
  if (tls.certificate_file().empty() != tls.private_key_file().empty()) {
    target.In("tls").Wrong(tls.certificate_file().empty() ? "certificate_file" : "private_key_file",
                           "missing; a certificate and its key go together");
  }
  if (!IsPlain(tls.server_name())) {
    target.In("tls").Wrong("server_name", "has characters that no host has");
  }
}

void CheckConnections(const Target& config, const Place& target) {
  const bool pick_first = config.load_balancing() == config::v1::LOAD_BALANCING_PICK_FIRST;
  if (config.has_health_check_service() && pick_first) {
    target.Wrong("health_check_service",
                 "PICK_FIRST asks for no health; use ROUND_ROBIN, or leave this out");
  }
  if (!IsPlain(config.health_check_service())) {
    target.Wrong("health_check_service", "has characters that no service's name has");
  }
  if (!IsPlain(config.authority())) target.Wrong("authority", "has characters that no host has");
  CheckAtMost(config.max_connections(), kMostConnections, "max_connections", target);
  CheckAtMost(config.streams_per_connection(), kMostStreams, "streams_per_connection", target);
  if (!config.has_keepalive()) return;
  const Place keepalive = target.In("keepalive");
  if (config.keepalive().has_time()) {
    CheckDuration(config.keepalive().time(), absl::Seconds(10), absl::Hours(24), "time", keepalive);
  }
  if (config.keepalive().has_timeout()) {
    CheckDuration(config.keepalive().timeout(), absl::Milliseconds(1), absl::Hours(24), "timeout",
                  keepalive);
  }
}

void CheckTimeouts(const Target& config, const Place& target) {
  if (config.has_default_timeout()) {
    CheckDuration(config.default_timeout(), absl::Milliseconds(1), absl::Hours(24),
                  "default_timeout", target);
  }
  if (config.has_max_timeout()) {
    CheckDuration(config.max_timeout(), absl::Milliseconds(1), absl::Hours(24), "max_timeout",
                  target);
  }
  if (config.has_default_timeout() && config.has_max_timeout() &&
      ToDuration(config.default_timeout()) > ToDuration(config.max_timeout())) {
    target.Wrong("default_timeout", "longer than max_timeout");
  }
}

void CheckLimits(const config::v1::TargetLimits& config, const Place& limits) {
  CheckAtMost(config.max_in_flight(), kMostInFlight, "max_in_flight", limits);
  CheckAtMost(config.max_queued(), kMostInFlight, "max_queued", limits);
  const bool limited = config.max_in_flight() > 0 || config.has_adaptive();
  if (!limited && config.max_queued() > 0) {
    limits.Wrong("max_queued", "nothing waits without max_in_flight or adaptive");
  }
  if (!limited && config.dry_run()) limits.Wrong("dry_run", "there is no limit to try");
  if (!config.has_adaptive()) return;
  const Place adaptive = limits.In("adaptive");
  const engine::TargetLimits::Adaptive defaults;
  const std::uint64_t least = config.adaptive().min_in_flight() > 0
                                  ? config.adaptive().min_in_flight()
                                  : defaults.min_in_flight;
  const std::uint64_t first = config.adaptive().initial_in_flight();
  const std::uint64_t most = config.max_in_flight() > 0 ? config.max_in_flight() : kMostInFlight;
  if (least > most) adaptive.Wrong("min_in_flight", absl::StrCat(least, " is above max_in_flight"));
  if (first > 0 && (first < least || first > most)) {
    adaptive.Wrong("initial_in_flight",
                   absl::StrCat(first, " is not between min_in_flight and max_in_flight"));
  }
}

void CheckTarget(const Target& config, const Place& target) {
  if (!engine::IsTargetName(config.name())) {
    target.Wrong("name", absl::StrCat(Quoted(config.name()),
                                      " is no name; those match [A-Za-z0-9][A-Za-z0-9._-]{0,62}"));
  }
  CheckAddress(config.address(), target);
  CheckTls(config, target);
  CheckConnections(config, target);
  CheckMethods(config, target);
  CheckKeys(config.request_metadata(), "request_metadata", target);
  CheckKeys(config.response_metadata(), "response_metadata", target);
  CheckTimeouts(config, target);
  CheckAtMost(config.max_reply_bytes(), kMostBytes, "max_reply_bytes", target);
  CheckLimits(config.limits(), target.In("limits"));
}

}  // namespace

void CheckMethodPatterns(const Strings& patterns, absl::string_view field, const Place& place) {
  for (int i = 0; i < patterns.size(); ++i) {
    if (engine::IsMethodPattern(patterns[i])) continue;
    place.Each(field, i).Wrong("", absl::StrCat(Quoted(patterns[i]),
                                                " is neither /package.Service/Method nor "
                                                "/package.Service/*"));
  }
}

void CheckTargets(const config::v1::ServerConfig& config, const Place& root) {
  if (config.targets().empty()) root.Wrong("targets", "empty; name at least one backend");
  absl::flat_hash_set<absl::string_view> names;
  for (int i = 0; i < config.targets_size(); ++i) {
    const Place target = root.Each("targets", i);
    CheckTarget(config.targets(i), target);
    if (names.insert(config.targets(i).name()).second) continue;
    target.Wrong(
        "name", absl::StrCat(Quoted(config.targets(i).name()), " is used twice; names are unique"));
  }
}

}  // namespace gather::server
