#ifndef GATHER_CLIENT_ENGINE_STATUS_H_
#define GATHER_CLIENT_ENGINE_STATUS_H_

#include "absl/status/status.h"
#include "engine/outcome.h"
#include "engine/refusal.h"

namespace gather::internal {

// The status that a client gets over gRPC when a server's engine answers or refuses so.
absl::Status StatusFromEngine(const engine::Answer& answer);
absl::Status StatusFromEngine(const engine::Refusal& refusal);

}  // namespace gather::internal

#endif  // GATHER_CLIENT_ENGINE_STATUS_H_
