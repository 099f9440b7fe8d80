#ifndef GATHER_ENGINE_LIMITS_TARGET_LIMITS_H_
#define GATHER_ENGINE_LIMITS_TARGET_LIMITS_H_

#include <cstdint>
#include <optional>

namespace gather::engine {

// How many sub-calls may be in flight to a target and wait for it, of all gathers and workers. A
// plain value.
struct TargetLimits {
  // The limit is found from latencies and drops: see AdaptiveLimit.
  struct Adaptive {
    std::uint32_t min_in_flight = 4;
    std::uint32_t initial_in_flight = 20;

    friend bool operator==(const Adaptive&, const Adaptive&) = default;
  };

  std::uint32_t max_in_flight = 0;  // 0: no limit; of an adaptive one, its upper bound
  std::uint32_t max_queued = 0;     // 0: 100 times `max_in_flight`, 100,000 if that is 0
  std::optional<Adaptive> adaptive = std::nullopt;
  bool dry_run = false;  // nothing is held back; what would have been is counted
  bool unfair = false;   // permits go in the order of arrival, whoever asks

  // Whether anything is limited.
  bool any() const { return max_in_flight > 0 || adaptive.has_value(); }

  friend bool operator==(const TargetLimits&, const TargetLimits&) = default;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_LIMITS_TARGET_LIMITS_H_
