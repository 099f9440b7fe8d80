#ifndef GATHER_SERVER_CONFIG_PEM_FILE_H_
#define GATHER_SERVER_CONFIG_PEM_FILE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "server/config/mistakes.h"

namespace gather::server {

// The text of the PEM file that `field` names. What cannot be read, or holds no certificate or no
// private key, is noted at the field.
std::string ReadCertificates(const std::string& path, absl::string_view field, const Place& place);
std::string ReadPrivateKey(const std::string& path, absl::string_view field, const Place& place);

}  // namespace gather::server

#endif  // GATHER_SERVER_CONFIG_PEM_FILE_H_
