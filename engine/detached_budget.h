#ifndef GATHER_ENGINE_DETACHED_BUDGET_H_
#define GATHER_ENGINE_DETACHED_BUDGET_H_

#include <atomic>
#include <cstdint>
#include <utility>

namespace gather::engine {

// How many sub-calls of one process may run on after their gather was answered. Shared by all its
// workers. Thread-safe.
class DetachedBudget {
 public:
  explicit DetachedBudget(std::uint32_t limit) : free_(limit), limit_(limit) {}

  // From one thread at a time. What is taken already stays taken.
  void SetLimit(std::uint32_t limit) {
    free_.fetch_add(std::int64_t{limit} - std::exchange(limit_, limit), std::memory_order_relaxed);
  }

  bool exhausted() const { return free_.load(std::memory_order_relaxed) <= 0; }

  // Takes one place; false when there is none.
  bool TryTake() {
    if (free_.fetch_sub(1, std::memory_order_relaxed) > 0) return true;
    Release();
    return false;
  }

  void Release() { free_.fetch_add(1, std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> free_;
  std::int64_t limit_;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_DETACHED_BUDGET_H_
