#ifndef GATHER_SERVER_IDENTITY_JWT_VERIFIER_H_
#define GATHER_SERVER_IDENTITY_JWT_VERIFIER_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gather/config/v1/config.pb.h"
#include "server/identity/jwt_keys.h"
#include "server/identity/watched_files.h"

namespace gather::server {

// Finds out whom a JSON Web Token names. The file of keys is read again when it has changed, which
// is looked at once a second at most; what cannot be used is logged, and the keys stay as they
// were. Not thread-safe: one for each worker.
class JwtVerifier {
 public:
  explicit JwtVerifier(config::v1::Jwt config);

  // The principal, at `now`, or a few words for the log.
  absl::StatusOr<std::string> Verify(absl::string_view token, absl::Time now);

 private:
  void ReadKeysIfChanged(absl::Time now);

  const config::v1::Jwt config_;
  WatchedFiles file_;
  absl::Time looked_ = absl::InfinitePast();
  std::optional<JwtKeys> keys_;
};

// The keys of the file, or what is wrong with it.
absl::StatusOr<JwtKeys> ReadJwtKeys(const std::string& path);

}  // namespace gather::server

#endif  // GATHER_SERVER_IDENTITY_JWT_VERIFIER_H_
