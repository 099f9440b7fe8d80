#include "engine/limiter.h"

#include "gtest/gtest.h"

namespace gather::engine {
namespace {

// semantics 57
TEST(LimiterTest, GivesNoMorePermitsThanItsLimit) {
  Limiter limiter(2);
  EXPECT_TRUE(limiter.TryAcquire());
  EXPECT_TRUE(limiter.TryAcquire());
  EXPECT_FALSE(limiter.available());
  EXPECT_FALSE(limiter.TryAcquire());
}

TEST(LimiterTest, GivesAReleasedPermitAgain) {
  Limiter limiter(1);
  ASSERT_TRUE(limiter.TryAcquire());
  limiter.Release();
  EXPECT_TRUE(limiter.available());
  EXPECT_TRUE(limiter.TryAcquire());
  EXPECT_FALSE(limiter.TryAcquire());
}

}  // namespace
}  // namespace gather::engine
