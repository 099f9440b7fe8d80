#ifndef GATHER_ENGINE_RUN_SETTINGS_H_
#define GATHER_ENGINE_RUN_SETTINGS_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "engine/async/time.h"
#include "engine/forwarded.h"
#include "engine/gather_place.h"
#include "engine/limits/buffered_bytes.h"
#include "engine/limits/reply_sizes.h"

namespace gather::engine {

class Observer;

// How a gather is answered.
enum class RunKind {
  kTogether,  // all outcomes at once, with the answer
  kStreamed,  // each outcome as it ends, then the answer
  kGroup,     // streamed, and sub-calls are added while it runs
};

// What a run needs to know besides its plan.
struct RunSettings {
  std::string gather_id;
  RunKind kind = RunKind::kTogether;
  Time accepted;
  Time deadline = kNever;                   // of the gather
  Duration max_timeout = Duration::max();   // of a group's and of a shielded sub-call
  Duration detached_timeout = Duration(0);  // how long a detached sub-call may run on
  Duration cancel_grace = std::chrono::milliseconds(100);
  std::uint64_t max_response_bytes = 0;  // of all replies that are answered together
  Forwarded forwarded = {};              // what backends are told beside the request
  Observer* observer = nullptr;          // null: nobody is told
  std::string principal = {};            // who asks, and its share where permits are short
  std::uint32_t weight = 1;
  std::unique_ptr<GatherPlace> place = nullptr;       // null: nothing limits the gather as a whole
  std::shared_ptr<BufferedBytes> buffered = nullptr;  // null: nobody counts buffered replies
  ReplySizes* reply_sizes = nullptr;                  // of the engine, with `buffered`
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_RUN_SETTINGS_H_
