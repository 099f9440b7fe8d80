#ifndef GATHER_ENGINE_BACKEND_CHANNEL_H_
#define GATHER_ENGINE_BACKEND_CHANNEL_H_

#include <grpcpp/channel.h>

#include <memory>

#include "engine/channel_settings.h"

namespace gather::engine {

// A channel to a backend, with the arguments that all of them have:
//   no retries (when to try again is for us to say) · a connection of its own, shared with no other
//   channel · trailers up to 64 KiB · no HTTP proxy from the environment · compression neither
//   offered nor inflated · reconnects after 100 ms to 5 s · what DNS says of services is not looked
//   at;
// and those that the settings ask for. Connects when first used. With TLS that cannot be made of
// the settings, every call fails with UNKNOWN.
std::shared_ptr<grpc::Channel> MakeBackendChannel(const ChannelSettings& settings);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_BACKEND_CHANNEL_H_
