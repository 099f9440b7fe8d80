#include "engine/limits/token_bucket.h"

#include <chrono>
#include <optional>

#include "gtest/gtest.h"

namespace gather::engine {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Time kStart{seconds(100)};

TEST(TokenBucketTest, WhatCostsNTakesN) {
  TokenBucket bucket(10, 20);
  EXPECT_EQ(bucket.Take(15, kStart), std::nullopt);
  EXPECT_EQ(bucket.Take(5, kStart), std::nullopt);
  EXPECT_NE(bucket.Take(1, kStart), std::nullopt);
}

TEST(TokenBucketTest, SaysWhenThereWillBeEnough) {
  TokenBucket bucket(10, 20);
  bucket.Take(20, kStart);
  const std::optional<Duration> wait = bucket.Take(5, kStart);
  ASSERT_TRUE(wait);
  EXPECT_NEAR(wait->count(), 5e8, 10);
  EXPECT_NE(bucket.Take(5, kStart + milliseconds(490)), std::nullopt);
  EXPECT_EQ(bucket.Take(5, kStart + *wait), std::nullopt);
}

TEST(TokenBucketTest, SavesUpNoMoreThanItsBurst) {
  TokenBucket bucket(10, 20);
  bucket.Take(20, kStart);
  EXPECT_FALSE(bucket.IsFull(kStart + seconds(1)));
  EXPECT_TRUE(bucket.IsFull(kStart + seconds(1000)));
  EXPECT_EQ(bucket.Take(20, kStart + seconds(1000)), std::nullopt);
  EXPECT_NE(bucket.Take(1, kStart + seconds(1000)), std::nullopt);
}

TEST(TokenBucketTest, WhatCostsMoreThanItsBurstGoesThroughAndLeavesADebt) {
  TokenBucket bucket(10, 20);
  EXPECT_EQ(bucket.Take(120, kStart), std::nullopt);
  const std::optional<Duration> wait = bucket.Take(1, kStart);
  ASSERT_TRUE(wait);
  EXPECT_NEAR(wait->count(), 10.1e9, 10);
}

TEST(TokenBucketTest, AnotherRateKeepsWhatIsThere) {
  TokenBucket bucket(10, 20);
  bucket.Take(15, kStart);
  bucket.Configure(100, 200, kStart);
  EXPECT_NE(bucket.Take(6, kStart), std::nullopt);
  EXPECT_EQ(bucket.Take(5, kStart), std::nullopt);
  bucket.Configure(1, 3, kStart + seconds(1));
  EXPECT_EQ(bucket.Take(3, kStart + seconds(1)), std::nullopt);
  EXPECT_NE(bucket.Take(1, kStart + seconds(1)), std::nullopt) << "of 100 only 3 were kept";
}

}  // namespace
}  // namespace gather::engine
