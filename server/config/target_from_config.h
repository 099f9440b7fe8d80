#ifndef GATHER_SERVER_CONFIG_TARGET_FROM_CONFIG_H_
#define GATHER_SERVER_CONFIG_TARGET_FROM_CONFIG_H_

#include <cstdint>

#include "engine/target.h"
#include "gather/config/v1/config.pb.h"
#include "server/config/mistakes.h"

namespace gather::server {

// What the engine needs to know of a target that CheckConfig() found right: reads the files that it
// names. Those that cannot be used are noted at `place`. `max_reply_bytes` is the server's.
engine::Target ToTarget(const config::v1::Target& config, std::uint64_t max_reply_bytes,
                        const Place& place);

}  // namespace gather::server

#endif  // GATHER_SERVER_CONFIG_TARGET_FROM_CONFIG_H_
