#ifndef GATHER_SERVER_CAPABILITIES_H_
#define GATHER_SERVER_CAPABILITIES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "engine/engine.h"

namespace gather::server {

// A serialised gather.v1.Capabilities: what a server with these options allows that principal.
std::string CapabilitiesOf(const engine::EngineOptions& options, absl::string_view principal);

}  // namespace gather::server

#endif  // GATHER_SERVER_CAPABILITIES_H_
