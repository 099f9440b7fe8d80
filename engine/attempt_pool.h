#ifndef GATHER_ENGINE_ATTEMPT_POOL_H_
#define GATHER_ENGINE_ATTEMPT_POOL_H_

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <list>
#include <utility>

#include "engine/attempt.h"

namespace gather::engine {

// Owns attempts of one kind: those that are under way, and some that ended, for reuse. Not
// thread-safe.
template <typename AnAttempt>
class AttemptPool {
 public:
  using Place = typename std::list<AnAttempt>::iterator;

  AttemptPool() = default;
  AttemptPool(const AttemptPool&) = delete;
  AttemptPool& operator=(const AttemptPool&) = delete;

  // When no attempt is under way.
  ~AttemptPool() { assert(outstanding_.empty()); }

  // An idle attempt, or else one that is made with `parts`.
  template <typename... Parts>
  Place Take(const Parts&... parts) {
    if (spare_.empty()) spare_.emplace_back(parts...);
    outstanding_.splice(outstanding_.begin(), spare_, spare_.begin());
    return outstanding_.begin();
  }

  // The attempt has ended so: gives it back, and tells `observer`. It may be gone afterwards.
  void End(Place attempt, AttemptObserver* observer, std::uint32_t slot, AttemptResult result) {
    if (spare_.size() < kMaxSpare) {
      spare_.splice(spare_.begin(), outstanding_, attempt);
    } else {
      outstanding_.erase(attempt);
    }
    observer->OnAttemptEnd(slot, std::move(result));
  }

 private:
  // More than this many idle objects would cost memory for nothing; reuse saves a little time.
  static constexpr std::size_t kMaxSpare = 1024;

  std::list<AnAttempt> outstanding_;
  std::list<AnAttempt> spare_;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_ATTEMPT_POOL_H_
