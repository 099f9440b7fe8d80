#include "server/identity/jwt_claims.h"

#include <jansson.h>

#include <cmath>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "server/identity/principal_name.h"

namespace gather::server {
namespace {

struct Release {
  void operator()(json_t* json) const { json_decref(json); }
};
using Json = std::unique_ptr<json_t, Release>;

absl::Status Wrong(absl::string_view what) { return absl::UnauthenticatedError(what); }

bool Is(const json_t* value, const std::string& expected) {
  return json_is_string(value) &&
         absl::string_view(json_string_value(value), json_string_length(value)) == expected;
}

// One audience, or a list of them.
bool Names(const json_t* audience, const std::string& expected) {
  if (!json_is_array(audience)) return Is(audience, expected);
  for (std::size_t i = 0; i < json_array_size(audience); ++i) {
    if (Is(json_array_get(audience, i), expected)) return true;
  }
  return false;
}

// A NumericDate: seconds since 1970, or nothing where it is something else.
std::optional<absl::Time> TimeOf(const json_t* value) {
  if (!json_is_number(value)) return std::nullopt;
  const double seconds = json_number_value(value);
  if (!std::isfinite(seconds)) return std::nullopt;
  return absl::UnixEpoch() + absl::Seconds(seconds);
}

absl::Status CheckTimes(const json_t* claims, absl::Time now) {
  const auto expires = TimeOf(json_object_get(claims, "exp"));
  if (!expires) return Wrong("no time of expiry");
  if (*expires + kClockSkew <= now) return Wrong("expired");
  const json_t* const not_before = json_object_get(claims, "nbf");
  if (not_before == nullptr) return absl::OkStatus();
  const auto begins = TimeOf(not_before);
  if (!begins || *begins - kClockSkew > now) return Wrong("not valid yet");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> PrincipalOf(absl::string_view claims, const config::v1::Jwt& config,
                                        absl::Time now) {
  const Json json(json_loadb(claims.data(), claims.size(), JSON_REJECT_DUPLICATES, nullptr));
  if (!json_is_object(json.get())) return Wrong("its claims are no JSON object");
  if (!Is(json_object_get(json.get(), "iss"), config.issuer())) return Wrong("another issuer");
  if (!Names(json_object_get(json.get(), "aud"), config.audience())) {
    return Wrong("another audience");
  }
  if (absl::Status times = CheckTimes(json.get(), now); !times.ok()) return times;
  const std::string claim = config.principal_claim().empty() ? "sub" : config.principal_claim();
  const json_t* const named = json_object_get(json.get(), claim.c_str());
  if (!json_is_string(named)) return Wrong("no claim that names a principal");
  std::string name(json_string_value(named), json_string_length(named));
  if (!IsPrincipalName(name)) return Wrong("the principal's name is not printable or too long");
  return name;
}

}  // namespace gather::server
