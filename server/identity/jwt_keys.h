#ifndef GATHER_SERVER_IDENTITY_JWT_KEYS_H_
#define GATHER_SERVER_IDENTITY_JWT_KEYS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace gather::server {

// The public keys of a JSON Web Key Set, and what they have signed. Not thread-safe.
class JwtKeys {
 public:
  // kInvalidArgument when the text is no key set, or holds no public RSA (from 2,048 bits), EC or
  // Ed25519 key. Other keys are left out.
  static absl::StatusOr<JwtKeys> Parse(absl::string_view jwks);

  JwtKeys(JwtKeys&&) noexcept;
  JwtKeys& operator=(JwtKeys&&) noexcept;
  ~JwtKeys();

  // The payload of a compact JWS that one of the keys has signed with RS, PS or ES 256, 384 or 512
  // or with EdDSA; no other algorithm counts, so neither `none` nor a key's text as a shared
  // secret. Keys and addresses that the token itself brings are not looked at, and one that is
  // compressed is not inflated. The error says, in a
  // few words, what is wrong, and never holds anything of the token.
  absl::StatusOr<std::string> Verify(absl::string_view token) const;

 private:
  struct Key;

  explicit JwtKeys(std::vector<Key> keys);

  std::vector<Key> keys_;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_IDENTITY_JWT_KEYS_H_
