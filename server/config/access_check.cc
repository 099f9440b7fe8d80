#include "server/config/access_check.h"

#include <algorithm>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "engine/method_set.h"
#include "server/config/target_check.h"
#include "server/config/value_check.h"
#include "server/identity/principal_name.h"

namespace gather::server {
namespace {

using config::v1::ServerConfig;
using TargetsByName = absl::flat_hash_map<absl::string_view, const config::v1::Target*>;

constexpr std::size_t kSha256Digits = 64;
constexpr std::uint64_t kMostWeight = 1'000;

bool IsSha256(absl::string_view text) {
  return text.size() == kSha256Digits && std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return absl::ascii_isxdigit(c);
         });
}

bool CheckName(const std::string& name, absl::string_view field, const Place& place) {
  if (IsPrincipalName(name)) return true;
  place.Wrong(field, absl::StrCat(Quoted(name),
                                  " is nobody's name; that has up to 256 printable characters and "
                                  "is not \"*\""));
  return false;
}

void CheckTokens(const config::v1::Authentication& config, const Place& authentication) {
  absl::flat_hash_set<std::string> hashes;
  for (int i = 0; i < config.tokens_size(); ++i) {
    const config::v1::Token& token = config.tokens(i);
    const Place place = authentication.Each("tokens", i);
    CheckName(token.principal(), "principal", place);
    if (!IsSha256(token.sha256())) {
      place.Wrong("sha256",
                  "not 64 hexadecimal digits; make them with: printf %s TOKEN | sha256sum");
    } else if (!hashes.insert(absl::AsciiStrToLower(token.sha256())).second) {
      place.Wrong("sha256", "used twice; a token is one principal's");
    }
  }
}

void CheckJwt(const config::v1::Jwt& config, const Place& jwt) {
  if (config.jwks_file().empty()) jwt.Wrong("jwks_file", "missing");
  if (config.issuer().empty()) jwt.Wrong("issuer", "missing; it must be what `iss` says");
  if (config.audience().empty()) jwt.Wrong("audience", "missing; it must be what `aud` says");
}

void CheckAuthentication(const ServerConfig& config, const Place& root) {
  const config::v1::Authentication& authentication = config.authentication();
  const Place place = root.In("authentication");
  if (authentication.client_certificate() && config.listener().tls().client_ca_file().empty()) {
    place.Wrong("client_certificate",
                "clients are asked for none; set listener.tls.client_ca_file, too");
  }
  CheckTokens(authentication, place);
  if (!authentication.anonymous_principal().empty()) {
    CheckName(authentication.anonymous_principal(), "anonymous_principal", place);
  }
  if (authentication.has_jwt()) CheckJwt(authentication.jwt(), place.In("jwt"));
  const bool somebody = authentication.client_certificate() || authentication.has_jwt() ||
                        !authentication.tokens().empty() ||
                        !authentication.anonymous_principal().empty();
  if (config.has_authentication() && !somebody) {
    root.Wrong("authentication",
               "nobody can be recognised; set client_certificate, tokens, jwt or "
               "anonymous_principal, or leave it out");
  }
}

void CheckPrincipals(const ServerConfig& config, const Place& root) {
  absl::flat_hash_set<absl::string_view> names;
  for (int i = 0; i < config.principals_size(); ++i) {
    const config::v1::Principal& principal = config.principals(i);
    const Place place = root.Each("principals", i);
    if (!CheckName(principal.name(), "name", place)) continue;
    if (!names.insert(principal.name()).second) {
      place.Wrong("name", absl::StrCat(Quoted(principal.name()), " is used twice"));
    }
    CheckAtMost(principal.weight(), kMostWeight, "weight", place);
  }
}

void CheckRuleTargets(const config::v1::Rule& rule, const TargetsByName& targets,
                      const Place& place) {
  if (rule.targets().empty()) place.Wrong("targets", "empty; name some, or \"*\" for all");
  for (int i = 0; i < rule.targets_size(); ++i) {
    const std::string& name = rule.targets(i);
    if (name == "*") continue;
    const auto target = targets.find(name);
    if (target == targets.end()) {
      place.Each("targets", i).Wrong("", absl::StrCat("there is no target ", Quoted(name)));
      continue;
    }
    const auto& methods = target->second->methods();
    const engine::MethodSet served({methods.begin(), methods.end()});
    for (int k = 0; k < rule.methods_size(); ++k) {
      if (served.Covers(rule.methods(k))) continue;
      place.Each("methods", k)
          .Wrong("", absl::StrCat(Quoted(rule.methods(k)), " is not in the methods of target ",
                                  Quoted(name)));
    }
  }
}

void CheckRules(const ServerConfig& config, const Place& root) {
  TargetsByName targets;
  for (const auto& target : config.targets()) targets.emplace(target.name(), &target);
  if (config.allow().empty()) {
    root.Wrong("allow", "empty, so nobody could call anything; add a rule");
  }
  for (int i = 0; i < config.allow_size(); ++i) {
    const Place rule = root.Each("allow", i);
    if (config.allow(i).principals().empty()) {
      rule.Wrong("principals", "empty; name some, or \"*\" for everybody");
    }
    CheckMethodPatterns(config.allow(i).methods(), "methods", rule);
    CheckRuleTargets(config.allow(i), targets, rule);
  }
}

}  // namespace

void CheckAccess(const ServerConfig& config, const Place& root) {
  CheckAuthentication(config, root);
  CheckPrincipals(config, root);
  CheckRules(config, root);
}

}  // namespace gather::server
