#ifndef GATHER_ENGINE_ANSWER_RESERVE_H_
#define GATHER_ENGINE_ANSWER_RESERVE_H_

#include <array>
#include <cstddef>

#include "engine/async/time.h"

namespace gather::engine {

// How much of a caller's own RPC deadline is kept back for answering, so that partial results
// still reach it: max(10 ms, twice the p99 of answering as measured), at most 20 % of what is
// left. Not thread-safe: each engine has its own.
class AnswerReserve {
 public:
  // One answer took so long from being ready to being sent.
  void Record(Duration took);

  // What to keep back of `left`.
  Duration For(Duration left) const;

 private:
  // p99 of so few is their second largest: enough to see a server that answers slowly.
  static constexpr std::size_t kSamples = 128;

  void UpdateP99();

  std::array<Duration, kSamples> samples_{};
  std::size_t next_ = 0;
  Duration p99_{0};
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_ANSWER_RESERVE_H_
