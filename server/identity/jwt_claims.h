#ifndef GATHER_SERVER_IDENTITY_JWT_CLAIMS_H_
#define GATHER_SERVER_IDENTITY_JWT_CLAIMS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gather/config/v1/config.pb.h"

namespace gather::server {

// How far the clocks of a token's issuer and of this host may be apart.
inline constexpr absl::Duration kClockSkew = absl::Seconds(30);

// Whom the claims of a signed token name, at `now`: `exp` must be there and ahead, `nbf`, if there,
// be past, `iss` and `aud` what `config` says, and its `principal_claim` a name that
// IsPrincipalName() takes. The error says, in a few words, what is wrong, and never holds anything
// of the token.
absl::StatusOr<std::string> PrincipalOf(absl::string_view claims, const config::v1::Jwt& config,
                                        absl::Time now);

}  // namespace gather::server

#endif  // GATHER_SERVER_IDENTITY_JWT_CLAIMS_H_
