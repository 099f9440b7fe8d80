#ifndef GATHER_ENGINE_CALLER_H_
#define GATHER_ENGINE_CALLER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/async/time.h"
#include "engine/limits/principal_limits.h"
#include "engine/trace_context.h"

namespace gather::engine {

// Somebody who asks, as the door has made sure. Immutable; shared by all that the same one asks.
struct Principal {
  std::string name;          // printable ASCII
  std::uint32_t weight = 1;  // its share where permits are short
  PrincipalLimits limits;
};

// Who asks, until when, and what has brought the request here.
struct Caller {
  std::string gather_id;                            // from NewGatherId()
  Time deadline = kNever;                           // of its RPC; an answer reserve is kept back
  std::shared_ptr<const Principal> principal = {};  // null: nobody was asked for a name
  std::string hop_path = {};               // of the gather services passed through: hop_path.h
  std::optional<TraceContext> trace = {};  // `span` is the caller's
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_CALLER_H_
