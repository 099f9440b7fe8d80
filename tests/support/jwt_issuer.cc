#include "tests/support/jwt_issuer.h"

#include <fstream>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/support/certificates.h"

namespace gather::test {
namespace {

std::string Unpadded(const std::string& bytes) {
  std::string text = absl::WebSafeBase64Escape(bytes);
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

std::string SigningInput(const std::string& header, const std::string& claims) {
  return absl::StrCat(Unpadded(header), ".", Unpadded(claims));
}

std::string Write(const std::string& name, const std::string& text) {
  std::string path = TemporaryPath(name);
  std::ofstream(path) << text;
  return path;
}

}  // namespace

JwtIssuer::JwtIssuer(const std::string& name, int bits)
    : name_(name), key_file_(TemporaryPath(absl::StrCat(name, ".jwt.key"))) {
  RunCommand(absl::StrCat("openssl genrsa -out ", key_file_, " ", bits));
  public_key_ = RunCommand(absl::StrCat("openssl rsa -pubout -in ", key_file_));
}

std::string JwtIssuer::KeySet() const {
  const std::string modulus =
      RunCommand(absl::StrCat("openssl rsa -noout -modulus -in ", key_file_));
  const std::vector<std::string> parts = absl::StrSplit(absl::StripAsciiWhitespace(modulus), '=');
  return absl::StrCat(R"({"keys": [{"kty": "RSA", "kid": ")", name_, R"(", "e": "AQAB", "n": ")",
                      Unpadded(absl::HexStringToBytes(parts.at(1))), R"("}]})");
}

std::string JwtIssuer::Claims(const std::string& principal, absl::Time expires) {
  return absl::StrCat(R"({"iss": "https://idp.test", "aud": ["other", "gather"], "sub": ")",
                      principal, R"(", "exp": )", absl::ToUnixSeconds(expires), "}");
}

std::string JwtIssuer::Sign(const std::string& claims) const {
  return Sign(absl::StrCat(R"({"alg": "RS256", "kid": ")", name_, "\"}"), claims);
}

std::string JwtIssuer::Sign(const std::string& header, const std::string& claims) const {
  const std::string input = SigningInput(header, claims);
  const std::string signature = RunCommand(absl::StrCat(
      "openssl dgst -sha256 -sign ", key_file_, " -binary ", Write(name_ + ".input", input)));
  return absl::StrCat(input, ".", Unpadded(signature));
}

std::string JwtIssuer::Unsigned(const std::string& claims) {
  return absl::StrCat(SigningInput(R"({"alg": "none"})", claims), ".");
}

std::string JwtIssuer::SignWithSecret(const std::string& claims, const std::string& secret) {
  const std::string input = SigningInput(R"({"alg": "HS256"})", claims);
  const std::string signature = RunCommand(
      absl::StrCat("openssl dgst -sha256 -mac HMAC -macopt hexkey:", absl::BytesToHexString(secret),
                   " -binary ", Write("secret.input", input)));
  return absl::StrCat(input, ".", Unpadded(signature));
}

}  // namespace gather::test
