#include "server/identity/jwt_keys.h"

#include <jansson.h>
#include <rhonabwy.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"

namespace gather::server {
namespace {

constexpr unsigned int kLeastRsaBits = 2048;

constexpr absl::string_view kNotSigned = "not a signed JWT";

// Keys behind an address are for nobody to bring in.
constexpr int kNothingRemote = R_FLAG_IGNORE_REMOTE;

template <auto free>
struct Free {
  template <typename T>
  void operator()(T* owned) const {
    free(owned);
  }
};

using JwsOwner = std::unique_ptr<jws_t, Free<&r_jws_free>>;
using JwksOwner = std::unique_ptr<jwks_t, Free<&r_jwks_free>>;
using JwkOwner = std::unique_ptr<jwk_t, Free<&r_jwk_free>>;
using JsonOwner = std::unique_ptr<json_t, Free<&json_decref>>;

void StartLibrary() {
  static const bool started = r_global_init() == RHN_OK;
  if (!started) std::abort();
}

// The kind of key that an algorithm of the list takes; R_KEY_TYPE_NONE for every other one.
int KeyTypeOf(jwa_alg algorithm) {
  switch (algorithm) {
    case R_JWA_ALG_RS256:
    case R_JWA_ALG_RS384:
    case R_JWA_ALG_RS512:
    case R_JWA_ALG_PS256:
    case R_JWA_ALG_PS384:
    case R_JWA_ALG_PS512:
      return R_KEY_TYPE_RSA;
    case R_JWA_ALG_ES256:
    case R_JWA_ALG_ES384:
    case R_JWA_ALG_ES512:
      return R_KEY_TYPE_EC;
    case R_JWA_ALG_EDDSA:
      return R_KEY_TYPE_EDDSA;
    default:
      return R_KEY_TYPE_NONE;
  }
}

std::string Property(jwk_t* key, const char* name) {
  const char* const value = r_jwk_get_property_str(key, name);
  return value == nullptr ? "" : value;
}

std::string Header(jws_t* token, const char* name) {
  const char* const value = r_jws_get_header_str_value(token, name);
  return value == nullptr ? "" : value;
}

// A token that must not be understood without understanding this, and we do not.
bool HasCriticalHeader(jws_t* token) {
  json_t* const critical = r_jws_get_header_json_t_value(token, "crit");
  json_decref(critical);
  return critical != nullptr;
}

absl::Status Wrong(absl::string_view what) { return absl::UnauthenticatedError(what); }

// The library inflates what says that it is deflated before it looks at the signature: a stranger's
// seven kilobytes become five megabytes, and 30 ms of work. No JWT needs it (RFC 7519 knows none).
absl::Status CheckHeader(absl::string_view token) {
  std::string text;
  if (!absl::WebSafeBase64Unescape(token.substr(0, token.find('.')), &text)) {
    return Wrong(kNotSigned);
  }
  const JsonOwner header(json_loadb(text.data(), text.size(), JSON_REJECT_DUPLICATES, nullptr));
  if (!json_is_object(header.get())) return Wrong(kNotSigned);
  if (json_object_get(header.get(), "zip") != nullptr) return Wrong("a compressed token");
  return absl::OkStatus();
}

}  // namespace

struct JwtKeys::Key {
  JwkOwner key;
  int type;               // R_KEY_TYPE_RSA, …_EC or …_EDDSA
  std::string id;         // may be empty
  std::string algorithm;  // may be empty: any that fits the type
};

absl::StatusOr<JwtKeys> JwtKeys::Parse(absl::string_view jwks) {
  StartLibrary();
  jwks_t* made = nullptr;
  if (r_jwks_init(&made) != RHN_OK) return absl::InternalError("no memory for a key set");
  const JwksOwner set(made);
  // Keys that it does not know are no error of the set.
  r_jwks_import_from_json_str(set.get(), std::string(jwks).c_str());
  std::vector<Key> keys;
  for (std::size_t i = 0; i < r_jwks_size(set.get()); ++i) {
    JwkOwner key(r_jwks_get_at(set.get(), i));
    unsigned int bits = 0;
    const int type = r_jwk_key_type(key.get(), &bits, kNothingRemote);
    const int kind = type & (R_KEY_TYPE_RSA | R_KEY_TYPE_EC | R_KEY_TYPE_EDDSA);
    if ((type & R_KEY_TYPE_PUBLIC) == 0 || kind == R_KEY_TYPE_NONE) continue;
    if (kind == R_KEY_TYPE_RSA && bits < kLeastRsaBits) continue;
    if (Property(key.get(), "use") == "enc") continue;
    std::string id = Property(key.get(), "kid");
    std::string algorithm = Property(key.get(), "alg");
    keys.push_back({std::move(key), kind, std::move(id), std::move(algorithm)});
  }
  if (keys.empty()) {
    return absl::InvalidArgumentError(
        "holds no public RSA (from 2048 bits), EC or Ed25519 key as a JSON Web Key Set");
  }
  return JwtKeys(std::move(keys));
}

JwtKeys::JwtKeys(std::vector<Key> keys) : keys_(std::move(keys)) {}
JwtKeys::JwtKeys(JwtKeys&&) noexcept = default;
JwtKeys& JwtKeys::operator=(JwtKeys&&) noexcept = default;
JwtKeys::~JwtKeys() = default;

absl::StatusOr<std::string> JwtKeys::Verify(absl::string_view token) const {
  if (std::count(token.begin(), token.end(), '.') != 2) return Wrong(kNotSigned);
  if (absl::Status header = CheckHeader(token); !header.ok()) return header;
  jws_t* made = nullptr;
  if (r_jws_init(&made) != RHN_OK) return absl::InternalError("no memory for a token");
  const JwsOwner jws(made);
  if (r_jws_advanced_compact_parsen(jws.get(), token.data(), token.size(), R_PARSE_NONE,
                                    kNothingRemote) != RHN_OK) {
    return Wrong(kNotSigned);
  }
  const int type = KeyTypeOf(r_jws_get_alg(jws.get()));
  if (type == R_KEY_TYPE_NONE) return Wrong("an algorithm that is not accepted");
  if (HasCriticalHeader(jws.get())) return Wrong("a critical header that is not known");
  const std::string id = Header(jws.get(), "kid");
  const std::string algorithm = Header(jws.get(), "alg");
  for (const Key& key : keys_) {
    if (key.type != type || (!id.empty() && key.id != id)) continue;
    if (!key.algorithm.empty() && key.algorithm != algorithm) continue;
    if (r_jws_verify_signature(jws.get(), key.key.get(), kNothingRemote) != RHN_OK) continue;
    std::size_t bytes = 0;
    const unsigned char* const payload = r_jws_get_payload(jws.get(), &bytes);
    return std::string(reinterpret_cast<const char*>(payload), bytes);
  }
  return Wrong("not signed by any of the keys");
}

}  // namespace gather::server
