#ifndef GATHER_SERVER_CAPABILITIES_H_
#define GATHER_SERVER_CAPABILITIES_H_

#include <string>

#include "engine/engine.h"

namespace gather::server {

// A serialised gather.v1.Capabilities: what a server with these options allows.
std::string CapabilitiesOf(const engine::EngineOptions& options);

}  // namespace gather::server

#endif  // GATHER_SERVER_CAPABILITIES_H_
