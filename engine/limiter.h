#ifndef GATHER_ENGINE_LIMITER_H_
#define GATHER_ENGINE_LIMITER_H_

#include <cassert>
#include <cstdint>

namespace gather::engine {

// The permits of one gather: never more than `limit` sub-calls in flight. Who waits, and in which
// order, is the gather's own business. Not thread-safe: a gather lives on one thread.
class Limiter {
 public:
  // `limit` is at least 1.
  explicit Limiter(std::uint32_t limit) : free_(limit) { assert(limit > 0); }

  // Takes one permit if there is one. Never waits.
  bool TryAcquire() {
    if (free_ == 0) return false;
    --free_;
    return true;
  }

  void Release() { ++free_; }

  bool available() const { return free_ > 0; }
  std::uint32_t free() const { return free_; }

 private:
  std::uint32_t free_;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_LIMITER_H_
