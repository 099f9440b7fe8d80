#include "server/identity/jwt_verifier.h"

#include <utility>

#include "absl/status/status.h"
#include "server/config/config_file.h"
#include "server/identity/jwt_claims.h"
#include "server/log.h"

namespace gather::server {

JwtVerifier::JwtVerifier(config::v1::Jwt config)
    : config_(std::move(config)), file_({config_.jwks_file()}) {}

absl::StatusOr<std::string> JwtVerifier::Verify(absl::string_view token, absl::Time now) {
  ReadKeysIfChanged(now);
  if (!keys_) return absl::UnavailableError("there are no keys to check it with");
  absl::StatusOr<std::string> claims = keys_->Verify(token);
  if (!claims.ok()) return claims.status();
  return PrincipalOf(*claims, config_, now);
}

void JwtVerifier::ReadKeysIfChanged(absl::Time now) {
  const bool just_looked = looked_ <= now && now < looked_ + absl::Seconds(1);
  if (just_looked) return;
  looked_ = now;
  if (!file_.HaveChanged()) return;
  absl::StatusOr<JwtKeys> keys = ReadJwtKeys(config_.jwks_file());
  if (keys.ok()) {
    keys_ = *std::move(keys);
    Log(LogLevel::kInfo, "jwt_keys_read", {{"file", config_.jwks_file()}});
  } else {
    Log(LogLevel::kError, "jwt_keys_refused",
        {{"file", config_.jwks_file()}, {"problem", std::string(keys.status().message())}});
  }
}

absl::StatusOr<JwtKeys> ReadJwtKeys(const std::string& path) {
  absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) return text.status();
  return JwtKeys::Parse(*text);
}

}  // namespace gather::server
