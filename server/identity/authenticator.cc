#include "server/identity/authenticator.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "server/identity/sha256.h"

namespace gather::server {
namespace {

constexpr char kAnonymous[] = "anonymous";

engine::PrincipalLimits ToLimits(const config::v1::PrincipalLimits& config) {
  return {config.sub_calls_per_second(), config.burst(), config.max_open_groups(),
          config.dry_run()};
}

// The token of an `authorization: Bearer …`; nothing where it is of another form.
std::optional<absl::string_view> BearerOf(absl::string_view authorization) {
  constexpr absl::string_view kScheme = "bearer ";
  if (!absl::StartsWithIgnoreCase(authorization, kScheme)) return std::nullopt;
  const absl::string_view token = absl::StripAsciiWhitespace(authorization.substr(kScheme.size()));
  if (token.empty()) return std::nullopt;
  return token;
}

}  // namespace

Authenticator::Authenticator(const config::v1::ServerConfig& config)
    : asks_(config.has_authentication()),
      certificates_(config.authentication().client_certificate()),
      default_limits_(ToLimits(config.limits().principal())),
      tokens_(config.authentication().tokens()) {
  for (const config::v1::Principal& principal : config.principals()) {
    known_[principal.name()] = std::make_shared<const engine::Principal>(
        engine::Principal{principal.name(), principal.weight() == 0 ? 1 : principal.weight(),
                          principal.has_limits() ? ToLimits(principal.limits()) : default_limits_});
  }
  for (const config::v1::Rule& rule : config.allow()) {
    for (const std::string& name : rule.principals()) {
      if (name != "*") Know(name);
    }
  }
  const std::string& anonymous = config.authentication().anonymous_principal();
  if (!asks_) anonymous_ = PrincipalNamed(kAnonymous);
  if (!anonymous.empty()) anonymous_ = PrincipalNamed(anonymous);
  if (config.authentication().has_jwt()) jwt_.emplace(config.authentication().jwt());
}

void Authenticator::Know(const std::string& name) {
  if (!known_.contains(name)) known_[name] = PrincipalNamed(name);
}

Authenticator::PrincipalPtr Authenticator::PrincipalNamed(const std::string& name) const {
  const auto found = known_.find(name);
  if (found != known_.end()) return found->second;
  return std::make_shared<const engine::Principal>(engine::Principal{name, 1, default_limits_});
}

std::variant<Authenticator::PrincipalPtr, Authenticator::Stranger> Authenticator::Identify(
    const ShownIdentity& shown, absl::Time now) {
  const bool takes_tokens = jwt_.has_value() || !tokens_.empty();
  if (takes_tokens && !shown.authorization.empty()) return IdentifyToken(shown, now);
  if (certificates_ && shown.certificate) return IdentifyCertificate(shown);
  if (anonymous_ != nullptr) return anonymous_;
  return Stranger{"it showed nothing", absl::StrJoin(shown.names, " "), ""};
}

std::variant<Authenticator::PrincipalPtr, Authenticator::Stranger> Authenticator::IdentifyToken(
    const ShownIdentity& shown, absl::Time now) {
  const std::string names = absl::StrJoin(shown.names, " ");
  if (shown.authorization.size() > 1) return Stranger{"several tokens", names, ""};
  const auto token = BearerOf(shown.authorization[0]);
  if (!token) return Stranger{"an authorization that is no bearer token", names, ""};
  const Sha256Digest digest = Sha256(*token);
  if (const std::string* principal = tokens_.Find(digest)) return PrincipalNamed(*principal);
  if (!jwt_) return Stranger{"a token that is not known", names, FirstDigits(digest)};
  absl::StatusOr<std::string> principal = jwt_->Verify(*token, now);
  if (principal.ok()) return PrincipalNamed(*principal);
  return Stranger{std::string(principal.status().message()), names, FirstDigits(digest)};
}

std::variant<Authenticator::PrincipalPtr, Authenticator::Stranger>
Authenticator::IdentifyCertificate(const ShownIdentity& shown) const {
  for (const std::string& name : shown.names) {
    const auto found = known_.find(name);
    if (found != known_.end()) return found->second;
  }
  return Stranger{"a certificate of nobody that is known", absl::StrJoin(shown.names, " "), ""};
}

}  // namespace gather::server
