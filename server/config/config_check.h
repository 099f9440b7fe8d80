#ifndef GATHER_SERVER_CONFIG_CONFIG_CHECK_H_
#define GATHER_SERVER_CONFIG_CONFIG_CHECK_H_

#include "gather/config/v1/config.pb.h"
#include "server/config/mistakes.h"

namespace gather::server {

// Everything that is wrong with a configuration in itself: values out of range, contradictions,
// names that mean nothing. Files are not opened.
Mistakes CheckConfig(const config::v1::ServerConfig& config);

// What `next` changes that a server which runs with `running` cannot take on without a restart.
Mistakes CheckReload(const config::v1::ServerConfig& running, const config::v1::ServerConfig& next);

}  // namespace gather::server

#endif  // GATHER_SERVER_CONFIG_CONFIG_CHECK_H_
