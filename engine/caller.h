#ifndef GATHER_ENGINE_CALLER_H_
#define GATHER_ENGINE_CALLER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/async/time.h"
#include "engine/trace_context.h"

namespace gather::engine {

// What one principal may use up; 0: no limit.
struct PrincipalLimits {
  double sub_calls_per_second = 0;    // on average
  std::uint32_t burst = 0;            // how many may be saved up; 0: what one second brings
  std::uint32_t max_open_groups = 0;  // at once
  bool dry_run = false;               // only counted
};

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
