#ifndef GATHER_ENGINE_LIMITS_ADAPTIVE_LIMIT_H_
#define GATHER_ENGINE_LIMITS_ADAPTIVE_LIMIT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/async/time.h"

namespace gather::engine {

// Between what an adaptive limit moves, and where it starts.
struct AdaptiveSettings {
  std::uint32_t min = 4;
  std::uint32_t initial = 20;
  std::uint32_t max = 1'000;
};

// How many calls a backend takes at once before they only wait for each other: found from latencies
// and drops. Pure; not thread-safe.
//
// In epochs: one lasts until enough calls have ended that were also started in it, so that each
// judges what the limit of that epoch did, and no other. At its end
//
//   limit = limit × gradient × (1 - dropped / 2) + √limit
//
// where gradient is the quickest median latency of late over this epoch's, at least a half and at
// most 1. A drop is a call that timed out or that the backend refused for load; they shrink the
// limit by how many they are, as DCTCP does (Alizadeh et al. 2010), so that a rare one costs little
// and many of one burst are one decrease, not many. The √limit of headroom is what finds out that
// more is possible; it is not added when a tenth was dropped, nor when the epoch used less than
// half of the limit: a limit that nobody tries out proves nothing.
//
// Every half minute one epoch runs at half of the limit and measures afresh what is quick: the
// quickest of before is forgotten. The gradient is that of Netflix's concurrency-limits and of
// Envoy's adaptive concurrency filter, which have it from TCP Vegas (Brakmo, Peterson 1995).
class AdaptiveLimit {
 public:
  explicit AdaptiveLimit(const AdaptiveSettings& settings);

  // How many may be in flight now.
  std::uint32_t limit() const;

  // Its bounds have changed; what was learnt stays.
  void SetBounds(const AdaptiveSettings& settings);

  // A call ended. `in_flight`: how many there were with it.
  void OnEnd(Time started, Time now, bool dropped, std::uint32_t in_flight);

 private:
  void EndEpoch(Time now);
  Duration Median();
  void Learn(Duration median, Time now);
  double Next(Duration median) const;

  AdaptiveSettings settings_;
  double limit_;
  bool probing_ = false;
  Duration quickest_{0};  // 0: not known
  Time quickest_until_;

  Time epoch_start_ = kPast;
  std::uint32_t dropped_ = 0;
  std::uint32_t most_in_flight_ = 0;
  std::vector<Duration> latencies_;  // of those not dropped
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_LIMITS_ADAPTIVE_LIMIT_H_
