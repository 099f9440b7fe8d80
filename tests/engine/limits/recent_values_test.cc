#include "engine/limits/recent_values.h"

#include <cstdint>
#include <limits>

#include "gtest/gtest.h"

namespace gather::engine {
namespace {

TEST(RecentValuesTest, KnowsEachQuantileToAnEighth) {
  RecentValues values;
  for (std::uint64_t value = 1; value <= 1000; ++value) values.Add(value);
  for (const double q : {0.01, 0.5, 0.9, 0.99}) {
    const RecentValues::Range range = values.Quantile(q);
    EXPECT_LE(range.low, q * 1000 + 1);
    EXPECT_GE(range.high, q * 1000 - 1);
    EXPECT_LE(range.high, range.low * 9 / 8 + 1);
  }
}

TEST(RecentValuesTest, IsExactForSmallValues) {
  RecentValues values;
  values.Add(5);
  EXPECT_EQ(values.Quantile(0.5).low, 5u);
  EXPECT_EQ(values.Quantile(0.5).high, 5u);
}

TEST(RecentValuesTest, HoldsEveryValueThereIs) {
  constexpr std::uint64_t kLargest = std::numeric_limits<std::uint64_t>::max();
  RecentValues values;
  EXPECT_TRUE(values.empty());
  EXPECT_EQ(values.Quantile(0.99).high, 0u);
  values.Add(0);
  EXPECT_EQ(values.Quantile(1).high, 0u);
  values.Add(kLargest);
  EXPECT_EQ(values.Quantile(1).high, kLargest);
}

TEST(RecentValuesTest, OldValuesFade) {
  RecentValues values;
  for (int i = 0; i < 4000; ++i) values.Add(1'000'000);
  for (int i = 0; i < 20'000; ++i) values.Add(10);
  EXPECT_LE(values.Quantile(0.999).high, 10u);
}

}  // namespace
}  // namespace gather::engine
