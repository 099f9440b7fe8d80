#include "engine/limits/memory_gauge.h"

#include <chrono>
#include <cstdint>
#include <vector>

#include "gtest/gtest.h"

namespace gather::engine {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Time kStart{seconds(100)};

class MemoryGaugeTest : public ::testing::Test {
 protected:
  std::uint64_t resident_ = 0;
  std::uint64_t kept_ = 0;  // by the allocator, and nobody uses it
  int looks_ = 0;
  int trims_ = 0;
  MemoryGauge gauge_{[this] {
                       ++looks_;
                       return resident_ + kept_;
                     },
                     [this] {
                       ++trims_;
                       kept_ = 0;
                     }};
};

TEST_F(MemoryGaugeTest, LooksTenTimesASecondHoweverOftenItIsAsked) {
  for (int i = 0; i < 1000; ++i) gauge_.Bytes(1, kStart + milliseconds(i));
  EXPECT_EQ(looks_, 10);
}

TEST_F(MemoryGaugeTest, SeesWhatHasChanged) {
  resident_ = 5;
  EXPECT_EQ(gauge_.Bytes(10, kStart), 5u);
  resident_ = 15;
  EXPECT_EQ(gauge_.Bytes(10, kStart + milliseconds(50)), 5u);
  EXPECT_EQ(gauge_.Bytes(10, kStart + milliseconds(100)), 15u);
}

TEST_F(MemoryGaugeTest, WhatTheAllocatorKeepsDoesNotCountForLong) {
  resident_ = 5;
  kept_ = 10;
  EXPECT_EQ(gauge_.Bytes(10, kStart), 5u);
  kept_ = 10;
  EXPECT_EQ(gauge_.Bytes(10, kStart + milliseconds(100)), 15u);
  EXPECT_EQ(gauge_.Bytes(10, kStart + seconds(1)), 5u);
  EXPECT_EQ(trims_, 2);
}

TEST_F(MemoryGaugeTest, NothingIsTrimmedBelowTheMark) {
  kept_ = 10;
  for (int i = 0; i < 100; ++i) gauge_.Bytes(10, kStart + seconds(i));
  EXPECT_EQ(trims_, 0);
}

TEST(ResidentBytesTest, GrowsWithWhatIsUsed) {
  const std::uint64_t before = ResidentBytes();
  EXPECT_GT(before, 0u);
  const std::vector<char> used(64 << 20, 'x');
  EXPECT_GE(ResidentBytes(), before + (48 << 20));
}

}  // namespace
}  // namespace gather::engine
