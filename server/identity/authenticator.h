#ifndef GATHER_SERVER_IDENTITY_AUTHENTICATOR_H_
#define GATHER_SERVER_IDENTITY_AUTHENTICATOR_H_

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/caller.h"
#include "gather/config/v1/config.pb.h"
#include "server/identity/jwt_verifier.h"
#include "server/identity/shown_identity.h"
#include "server/identity/token_table.h"

namespace gather::server {

// Finds out whose principal a caller is, as a configuration says:
//
//   1. A token, where tokens or JWTs are configured: it names the principal, or is refused.
//   2. A client's certificate, where those count: the first of its names that the configuration
//      knows. One with no such name is refused.
//   3. Nothing shown: the anonymous principal, or, where there is none, refused.
//
// Without `authentication` in the configuration everybody is "anonymous". Not thread-safe: one for
// each worker.
class Authenticator {
 public:
  using PrincipalPtr = std::shared_ptr<const engine::Principal>;

  // Why a caller is refused: for the log, not for the caller.
  struct Stranger {
    std::string problem;
    std::string names;         // of its certificate, space-separated
    std::string token_digits;  // the first ones of its token's SHA-256
  };

  explicit Authenticator(const config::v1::ServerConfig& config);

  // Whether callers are asked who they are. If not, Everybody() is all there is.
  bool asks() const { return asks_; }
  const PrincipalPtr& Everybody() const { return anonymous_; }

  std::variant<PrincipalPtr, Stranger> Identify(const ShownIdentity& shown, absl::Time now);

 private:
  std::variant<PrincipalPtr, Stranger> IdentifyToken(const ShownIdentity& shown, absl::Time now);
  std::variant<PrincipalPtr, Stranger> IdentifyCertificate(const ShownIdentity& shown) const;
  PrincipalPtr PrincipalNamed(const std::string& name) const;
  void Know(const std::string& name);

  bool asks_ = false;
  bool certificates_ = false;
  engine::PrincipalLimits default_limits_;
  absl::flat_hash_map<std::string, PrincipalPtr> known_;
  PrincipalPtr anonymous_;  // null: there is none
  TokenTable tokens_;
  std::optional<JwtVerifier> jwt_;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_IDENTITY_AUTHENTICATOR_H_
