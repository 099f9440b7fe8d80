#include "engine/limits/adaptive_limit.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>

#include "gtest/gtest.h"

namespace gather::engine {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A backend that works on `capacity` calls at once, each for `service`; the others wait in it, at
// most for `patience`: then they count as dropped. `demand` callers keep it as full as the limit
// lets them.
struct Backend {
  std::uint32_t capacity = 40;
  Duration service = milliseconds(20);
  Duration patience = seconds(10);
  std::uint32_t demand = 10'000;
};

class Simulation {
 public:
  explicit Simulation(const AdaptiveSettings& settings) : limit_(settings) {}

  // Runs for so long; time goes in steps of a millisecond.
  void Run(const Backend& backend, Duration duration) {
    for (const Time end = now_ + duration; now_ < end; now_ += milliseconds(1)) Step(backend);
  }

  std::uint32_t limit() const { return limit_.limit(); }
  Time now() const { return now_; }
  AdaptiveLimit* adaptive() { return &limit_; }

 private:
  struct Call {
    Time started;
    Time done = kNever;  // set once the backend works on it
  };

  void Step(const Backend& backend) {
    for (std::size_t i = 0; i < calls_.size();) {
      Call& call = calls_[i];
      const bool late = call.done == kNever && now_ - call.started >= backend.patience;
      if (call.done > now_ && !late) {
        ++i;
        continue;
      }
      if (call.done != kNever) --working_;
      limit_.OnEnd(call.started, now_, late, static_cast<std::uint32_t>(calls_.size()));
      calls_.erase(calls_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    while (calls_.size() < std::min(backend.demand, limit_.limit())) calls_.push_back({now_});
    for (Call& call : calls_) {
      if (call.done != kNever || working_ >= backend.capacity) continue;
      call.done = now_ + backend.service;
      ++working_;
    }
  }

  Time now_{seconds(1)};
  AdaptiveLimit limit_;
  std::deque<Call> calls_;
  std::uint32_t working_ = 0;
};

TEST(AdaptiveLimitTest, FindsWhatTheBackendTakesAtOnce) {
  Simulation simulation({4, 20, 1000});
  simulation.Run({.capacity = 100}, seconds(5));
  EXPECT_GE(simulation.limit(), 95u);
  EXPECT_LE(simulation.limit(), 170u);
}

TEST(AdaptiveLimitTest, FollowsABackendThatTakesLess) {
  Simulation simulation({4, 20, 1000});
  simulation.Run({.capacity = 100}, seconds(5));
  simulation.Run({.capacity = 20}, seconds(5));
  EXPECT_GE(simulation.limit(), 18u);
  EXPECT_LE(simulation.limit(), 45u);
}

TEST(AdaptiveLimitTest, StaysWhereItIsForMinutes) {
  Simulation simulation({4, 20, 1000});
  simulation.Run({.capacity = 40}, seconds(5));
  std::uint32_t most = 0;
  for (int i = 0; i < 300; ++i) {
    simulation.Run({.capacity = 40}, seconds(1));
    most = std::max(most, simulation.limit());
  }
  EXPECT_LE(most, 90u) << "the quickest latency must not creep up with the queue that we make";
  EXPECT_GE(simulation.limit(), 20u);
}

// What was quick before is no measure for ever.
TEST(AdaptiveLimitTest, LearnsThatEveryCallTakesLongerNow) {
  Simulation simulation({4, 20, 1000});
  simulation.Run({.capacity = 100, .service = milliseconds(5)}, seconds(5));
  simulation.Run({.capacity = 100, .service = milliseconds(40)}, seconds(60));
  EXPECT_GE(simulation.limit(), 90u);
}

TEST(AdaptiveLimitTest, DoesNotGrowWhenUnused) {
  Simulation simulation({4, 20, 1000});
  simulation.Run({.capacity = 1000, .demand = 5}, seconds(20));
  EXPECT_LE(simulation.limit(), 20u);
}

TEST(AdaptiveLimitTest, HasAFloorAndACeiling) {
  Simulation simulation({6, 20, 50});
  simulation.Run({.capacity = 1000}, seconds(10));
  EXPECT_EQ(simulation.limit(), 50u);
  simulation.Run({.capacity = 0, .patience = milliseconds(50)}, seconds(20));
  EXPECT_EQ(simulation.limit(), 6u);
}

TEST(AdaptiveLimitTest, TimeoutsAreDropsAndShrinkIt) {
  AdaptiveLimit limit({4, 100, 1000});
  const Time start{seconds(2)};
  for (int i = 0; i < 100; ++i) limit.OnEnd(start, start + milliseconds(100), true, 100);
  EXPECT_EQ(limit.limit(), 50u);
}

// A hundred calls in flight time out together: that is one bad epoch, not a hundred.
TEST(AdaptiveLimitTest, CallsOfAnOldEpochAreForgotten) {
  AdaptiveLimit limit({4, 16, 1000});
  const Time start{seconds(2)};
  const Time end{seconds(3)};
  for (int i = 0; i < 16; ++i) limit.OnEnd(start, end, true, 16);
  EXPECT_EQ(limit.limit(), 8u);
  for (int i = 0; i < 500; ++i) limit.OnEnd(start, end, true, 16);
  EXPECT_EQ(limit.limit(), 8u);
}

TEST(AdaptiveLimitTest, ARareDropCostsLittle) {
  AdaptiveLimit limit({4, 100, 200});
  Time now{seconds(2)};
  for (int epoch = 0; epoch < 50; ++epoch) {
    for (int i = 0; i < 256; ++i) {
      limit.OnEnd(now, now + milliseconds(10), i % 100 == 0, limit.limit());
    }
    now += milliseconds(20);
  }
  EXPECT_GE(limit.limit(), 190u);
}

TEST(AdaptiveLimitTest, NewBoundsHoldAtOnce) {
  AdaptiveLimit limit({4, 20, 1000});
  limit.SetBounds({30, 20, 1000});
  EXPECT_EQ(limit.limit(), 30u);
  limit.SetBounds({1, 20, 10});
  EXPECT_EQ(limit.limit(), 10u);
}

}  // namespace
}  // namespace gather::engine
