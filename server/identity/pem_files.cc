#include "server/identity/pem_files.h"

#include <utility>

#include "absl/status/status.h"
#include "server/config/mistakes.h"
#include "server/config/pem_file.h"

namespace gather::server {

absl::StatusOr<PemTexts> ReadPemFiles(const config::v1::ServerTls& config) {
  Mistakes mistakes;
  PemTexts texts = ReadPemFiles(config, Place(&mistakes));
  if (!mistakes.empty()) return absl::InvalidArgumentError(mistakes[0]);
  return texts;
}

PemTexts ReadPemFiles(const config::v1::ServerTls& config, const Place& tls) {
  KeyPair own = ReadKeyPair(config.certificate_file(), config.private_key_file(), tls);
  PemTexts texts{std::move(own.certificate_chain), std::move(own.private_key), ""};
  if (!config.client_ca_file().empty()) {
    texts.client_authorities = ReadCertificates(config.client_ca_file(), "client_ca_file", tls);
  }
  return texts;
}

}  // namespace gather::server
