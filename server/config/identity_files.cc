#include "server/config/identity_files.h"

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "server/config/config_file.h"
#include "server/config/value_check.h"
#include "server/identity/jwt_keys.h"
#include "server/identity/pem_files.h"

namespace gather::server {
namespace {

void CheckTls(const config::v1::ServerTls& config, const Place& tls) {
  if (!config.certificate_file().empty() && !config.private_key_file().empty()) {
    ReadPemFiles(config, tls);
  }
}

void CheckJwks(const std::string& path, const Place& jwt) {
  if (path.empty()) return;
  const absl::StatusOr<std::string> text = ReadFile(path);
  const absl::Status status = text.ok() ? JwtKeys::Parse(*text).status() : text.status();
  if (status.ok()) return;
  jwt.Wrong("jwks_file", absl::StrCat(Quoted(path), " ", status.message()));
}

}  // namespace

void CheckIdentityFiles(const config::v1::ServerConfig& config, const Place& root) {
  if (config.listener().has_tls()) {
    CheckTls(config.listener().tls(), root.In("listener").In("tls"));
  }
  if (config.authentication().has_jwt()) {
    CheckJwks(config.authentication().jwt().jwks_file(), root.In("authentication").In("jwt"));
  }
}

}  // namespace gather::server
