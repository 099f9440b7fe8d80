#include "benchmarks/percentile.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace gather::benchmarks {
namespace {

TEST(PercentileTest, IsTheLeastThatSoManyDoNotExceed) {
  std::vector<int> values(200);
  std::iota(values.begin(), values.end(), 1);
  EXPECT_EQ(Percentile(values, 50), 100);
  EXPECT_EQ(Percentile(values, 90), 180);
  EXPECT_EQ(Percentile(values, 99), 198);
}

TEST(PercentileTest, IsTheGreatestOfFew) {
  EXPECT_EQ(Percentile(std::vector<int>{1, 2, 3}, 99), 3);
  EXPECT_EQ(Percentile(std::vector<int>{1, 2, 3}, 50), 2);
  EXPECT_EQ(Percentile(std::vector<int>{1}, 50), 1);
}

}  // namespace
}  // namespace gather::benchmarks
