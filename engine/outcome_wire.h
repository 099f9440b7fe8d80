#ifndef GATHER_ENGINE_OUTCOME_WIRE_H_
#define GATHER_ENGINE_OUTCOME_WIRE_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "engine/outcome.h"

namespace gather::engine {

// Appends the outcome of slot `index`, without its payload, to `bytes`: byte for byte what protobuf
// writes of ToProto(), without making a message of it first. That would be a twentieth of what a
// sub-call costs gatherd.
void AppendOutcome(const Outcome& outcome, std::uint32_t index, absl::string_view id,
                   std::string* bytes);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_OUTCOME_WIRE_H_
