#ifndef GATHER_ENGINE_EXPIRY_QUEUE_H_
#define GATHER_ENGINE_EXPIRY_QUEUE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "engine/async/time.h"

namespace gather::engine {

// The slots that expire unless they are started before, soonest first. Who has been started is
// asked and not told: `waits(index)`. Holds at most twice as many as wait, and a few.
class ExpiryQueue {
 public:
  template <typename Waits>
  void Add(Time time, std::uint32_t index, Waits waits) {
    if (entries_.size() >= clean_at_) Clean(waits);
    entries_.emplace_back(time, index);
    std::push_heap(entries_.begin(), entries_.end(), std::greater<>());
  }

  // When the first that waits expires; kNever if none does.
  template <typename Waits>
  Time Soonest(Waits waits) {
    while (!entries_.empty() && !waits(entries_.front().second)) Take();
    return entries_.empty() ? kNever : entries_.front().first;
  }

  // Removes the soonest and returns its index. There must be one.
  std::uint32_t Take() {
    std::pop_heap(entries_.begin(), entries_.end(), std::greater<>());
    const std::uint32_t index = entries_.back().second;
    entries_.pop_back();
    return index;
  }

  std::size_t size() const { return entries_.size(); }

 private:
  static constexpr std::size_t kFew = 64;

  template <typename Waits>
  void Clean(Waits waits) {
    std::erase_if(entries_, [&waits](const auto& entry) { return !waits(entry.second); });
    std::make_heap(entries_.begin(), entries_.end(), std::greater<>());
    clean_at_ = std::max(kFew, 2 * entries_.size());
  }

  std::vector<std::pair<Time, std::uint32_t>> entries_;  // a heap
  std::size_t clean_at_ = kFew;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_EXPIRY_QUEUE_H_
