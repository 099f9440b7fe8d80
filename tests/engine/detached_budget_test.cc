#include "engine/detached_budget.h"

#include <atomic>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace gather::engine {
namespace {

TEST(DetachedBudgetTest, GivesAsManyPlacesAsItHas) {
  DetachedBudget budget(2);
  EXPECT_TRUE(budget.TryTake());
  EXPECT_FALSE(budget.exhausted());
  EXPECT_TRUE(budget.TryTake());
  EXPECT_TRUE(budget.exhausted());
  EXPECT_FALSE(budget.TryTake());
  budget.Release();
  EXPECT_FALSE(budget.exhausted());
  EXPECT_TRUE(budget.TryTake());
}

TEST(DetachedBudgetTest, WithoutPlacesNothingMayDetach) {
  DetachedBudget budget(0);
  EXPECT_TRUE(budget.exhausted());
  EXPECT_FALSE(budget.TryTake());
}

TEST(DetachedBudgetTest, ARefusalCostsNoPlace) {
  DetachedBudget budget(1);
  EXPECT_TRUE(budget.TryTake());
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(budget.TryTake());
  budget.Release();
  EXPECT_TRUE(budget.TryTake());
}

// semantics 29
TEST(DetachedBudgetTest, WorkersTogetherNeverTakeMoreThanThereAre) {
  constexpr int kPlaces = 3;
  DetachedBudget budget(kPlaces);
  std::atomic<int> taken{0};
  std::atomic<bool> too_many{false};
  std::vector<std::thread> workers;
  workers.reserve(4);
  for (int worker = 0; worker < 4; ++worker) {
    workers.emplace_back([&] {
      for (int i = 0; i < 10'000; ++i) {
        if (!budget.TryTake()) continue;
        if (++taken > kPlaces) too_many = true;
        --taken;
        budget.Release();
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  EXPECT_FALSE(too_many);
  for (int i = 0; i < kPlaces; ++i) EXPECT_TRUE(budget.TryTake());
  EXPECT_TRUE(budget.exhausted());
}

}  // namespace
}  // namespace gather::engine
