#ifndef GATHER_TESTS_SUPPORT_JWT_ISSUER_H_
#define GATHER_TESTS_SUPPORT_JWT_ISSUER_H_

#include <string>

#include "absl/time/time.h"

namespace gather::test {

// Signs JSON Web Tokens with a key of its own, made with the `openssl` command.
//
//   JwtIssuer issuer("idp");
//   issuer.Sign(JwtIssuer::Claims("web", absl::Now() + absl::Hours(1)));   // RS256
class JwtIssuer {
 public:
  explicit JwtIssuer(const std::string& name, int bits = 2048);

  // Its public key, as a JSON Web Key Set.
  std::string KeySet() const;

  // Its public key in PEM.
  const std::string& public_key() const { return public_key_; }

  // What a token for `principal` says: issuer "https://idp.test", audience "gather".
  static std::string Claims(const std::string& principal, absl::Time expires);

  // A token of those claims; RS256, with the key's id in its header.
  std::string Sign(const std::string& claims) const;
  std::string Sign(const std::string& header, const std::string& claims) const;

  // Tokens that nobody should take: not signed; signed with `secret` and HS256.
  static std::string Unsigned(const std::string& claims);
  static std::string SignWithSecret(const std::string& claims, const std::string& secret);

 private:
  const std::string name_;
  std::string key_file_;
  std::string public_key_;
};

}  // namespace gather::test

#endif  // GATHER_TESTS_SUPPORT_JWT_ISSUER_H_
