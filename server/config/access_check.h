#ifndef GATHER_SERVER_CONFIG_ACCESS_CHECK_H_
#define GATHER_SERVER_CONFIG_ACCESS_CHECK_H_

#include "gather/config/v1/config.pb.h"
#include "server/config/mistakes.h"

namespace gather::server {

// Notes what is wrong with `authentication`, `principals` and `allow`, but for the contents of
// files.
void CheckAccess(const config::v1::ServerConfig& config, const Place& root);

}  // namespace gather::server

#endif  // GATHER_SERVER_CONFIG_ACCESS_CHECK_H_
