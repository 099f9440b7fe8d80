#include "engine/expiry_queue.h"

#include <chrono>
#include <cstdint>
#include <set>

#include "engine/async/time.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

Time At(int second) { return Time() + std::chrono::seconds(second); }

TEST(ExpiryQueueTest, TheSoonestThatWaitsComesFirst) {
  std::set<std::uint32_t> waiting = {0, 1, 2};
  const auto waits = [&waiting](std::uint32_t index) { return waiting.contains(index); };
  ExpiryQueue queue;
  EXPECT_EQ(queue.Soonest(waits), kNever);
  queue.Add(At(3), 0, waits);
  queue.Add(At(1), 1, waits);
  queue.Add(At(2), 2, waits);
  waiting.erase(1);
  EXPECT_EQ(queue.Soonest(waits), At(2));
  EXPECT_EQ(queue.Take(), 2u);
  EXPECT_EQ(queue.Soonest(waits), At(3));
}

// semantics 48
TEST(ExpiryQueueTest, ItDoesNotGrowWithThoseThatWaitNoLonger) {
  const auto waits = [](std::uint32_t index) { return index == 0; };
  ExpiryQueue queue;
  queue.Add(At(1), 0, waits);  // for ever the soonest
  for (std::uint32_t i = 1; i < 100'000; ++i) queue.Add(At(3600), i, waits);
  EXPECT_LE(queue.size(), 64u);
  EXPECT_EQ(queue.Soonest(waits), At(1));
}

}  // namespace
}  // namespace gather::engine
