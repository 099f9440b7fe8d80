#include "cli/histogram.h"

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace gather::cli {
namespace {

TEST(HistogramTest, QuantilesAreRightToFivePercent) {
  Histogram times;
  for (int i = 1; i <= 1000; ++i) times.Add(absl::Milliseconds(i));
  EXPECT_NEAR(absl::ToDoubleMilliseconds(times.Quantile(0.5)), 500, 25);
  EXPECT_NEAR(absl::ToDoubleMilliseconds(times.Quantile(0.99)), 990, 50);
  EXPECT_EQ(times.Quantile(1), absl::Milliseconds(1000));
}

TEST(HistogramTest, OfNothingIsZero) {
  EXPECT_TRUE(Histogram().empty());
  EXPECT_EQ(Histogram().Quantile(0.5), absl::ZeroDuration());
}

TEST(HistogramTest, TakesTimesOfAnyLength) {
  Histogram times;
  times.Add(absl::ZeroDuration());
  times.Add(absl::Hours(1000));
  EXPECT_EQ(times.Quantile(1), absl::Hours(1000));
}

}  // namespace
}  // namespace gather::cli
