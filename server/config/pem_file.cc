#include "server/config/pem_file.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/config/config_file.h"
#include "server/config/value_check.h"

namespace gather::server {
namespace {

std::string ReadPem(const std::string& path, absl::string_view mark, absl::string_view what,
                    absl::string_view field, const Place& place) {
  absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) {
    place.Wrong(field, absl::StrCat(Quoted(path), " ", text.status().message()));
    return "";
  }
  if (absl::StrContains(*text, mark)) return *std::move(text);
  place.Wrong(field, absl::StrCat(Quoted(path), " holds no ", what, " in PEM form"));
  return "";
}

}  // namespace

std::string ReadCertificates(const std::string& path, absl::string_view field, const Place& place) {
  return ReadPem(path, "-----BEGIN CERTIFICATE-----", "certificate", field, place);
}

std::string ReadPrivateKey(const std::string& path, absl::string_view field, const Place& place) {
  return ReadPem(path, "PRIVATE KEY-----", "private key", field, place);
}

}  // namespace gather::server
