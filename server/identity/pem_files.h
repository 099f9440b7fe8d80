#ifndef GATHER_SERVER_IDENTITY_PEM_FILES_H_
#define GATHER_SERVER_IDENTITY_PEM_FILES_H_

#include <string>

#include "absl/status/statusor.h"
#include "gather/config/v1/config.pb.h"
#include "server/config/mistakes.h"

namespace gather::server {

// What a TLS listener shows and trusts, in PEM.
struct PemTexts {
  std::string certificate_chain;
  std::string private_key;
  std::string client_authorities;  // empty: clients show no certificate
};

// Reads the files and makes sure that gRPC can use them: that they parse, and that key and
// certificate belong together. The error begins with the name of the field; or all that is wrong is
// noted at the place.
absl::StatusOr<PemTexts> ReadPemFiles(const config::v1::ServerTls& config);
PemTexts ReadPemFiles(const config::v1::ServerTls& config, const Place& tls);

}  // namespace gather::server

#endif  // GATHER_SERVER_IDENTITY_PEM_FILES_H_
