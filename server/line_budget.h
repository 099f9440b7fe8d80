#ifndef GATHER_SERVER_LINE_BUDGET_H_
#define GATHER_SERVER_LINE_BUDGET_H_

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "engine/async/time.h"

namespace gather::server {

// How many lines of one kind a worker may log: 100 at once, and 100 for each second. What gathers
// bring about must not make the log the bottleneck when all of them fail. Not thread-safe.
class LineBudget {
 public:
  static constexpr std::int64_t kPerSecond = 100;

  // Whether a line may be written at `now`: then how many were not since the last one.
  std::optional<std::uint64_t> Take(engine::Time now) {
    constexpr engine::Duration kCost = engine::Duration(std::chrono::seconds(1)) / kPerSecond;
    paid_until_ = std::max(paid_until_, now - std::chrono::seconds(1));
    if (paid_until_ + kCost > now) {
      ++suppressed_;
      return std::nullopt;
    }
    paid_until_ += kCost;
    return std::exchange(suppressed_, 0);
  }

 private:
  engine::Time paid_until_{};
  std::uint64_t suppressed_ = 0;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_LINE_BUDGET_H_
