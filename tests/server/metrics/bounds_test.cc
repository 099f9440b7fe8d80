#include "server/metrics/bounds.h"

#include <cstdint>
#include <limits>

#include "gtest/gtest.h"
#include "server/metrics/worker_metrics.h"

namespace gather::server {
namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

TEST(BoundsTest, AValueBelongsToTheFirstBucketWhoseBoundItDoesNotPass) {
  constexpr Bounds kBounds({10, 100, 1000});
  EXPECT_EQ(kBounds.BucketOf(0), 0u);
  EXPECT_EQ(kBounds.BucketOf(10), 0u);
  EXPECT_EQ(kBounds.BucketOf(11), 1u);
  EXPECT_EQ(kBounds.BucketOf(1000), 2u);
  EXPECT_EQ(kBounds.BucketOf(1001), 3u);
  EXPECT_EQ(kBounds.BucketOf(kMost), 3u);
}

TEST(BoundsTest, LookingByMagnitudeFindsWhatLookingAtEachBoundFinds) {
  for (const Bounds& bounds : {kDurationBounds, kSizeBounds}) {
    for (std::size_t bucket = 0; bucket < bounds.size(); ++bucket) {
      EXPECT_EQ(bounds.BucketOf(bounds[bucket] - 1), bucket);
      EXPECT_EQ(bounds.BucketOf(bounds[bucket]), bucket);
      EXPECT_EQ(bounds.BucketOf(bounds[bucket] + 1), bucket + 1);
    }
  }
}

}  // namespace
}  // namespace gather::server
