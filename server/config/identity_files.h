#ifndef GATHER_SERVER_CONFIG_IDENTITY_FILES_H_
#define GATHER_SERVER_CONFIG_IDENTITY_FILES_H_

#include "gather/config/v1/config.pb.h"
#include "server/config/mistakes.h"

namespace gather::server {

// Reads the files that say who callers and the server itself are, certificates and keys, and notes
// those that cannot be used.
void CheckIdentityFiles(const config::v1::ServerConfig& config, const Place& root);

}  // namespace gather::server

#endif  // GATHER_SERVER_CONFIG_IDENTITY_FILES_H_
