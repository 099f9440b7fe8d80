#include "engine/slot_table.h"

#include <cstdint>
#include <memory>
#include <vector>

#include "gtest/gtest.h"

namespace gather::engine {
namespace {

// Several chunks of the table.
constexpr std::uint32_t kMany = 1'000;

TEST(SlotTableTest, AValueIsFoundByItsIndexUntilItIsReleased) {
  SlotTable<int> table;
  EXPECT_EQ(table.Add(7), 0u);
  EXPECT_EQ(table.Add(8), 1u);
  EXPECT_EQ(*table.Find(0), 7);
  EXPECT_EQ(table[1], 8);
  table.Release(0);
  EXPECT_EQ(table.Find(0), nullptr);
  EXPECT_EQ(table[1], 8);
  EXPECT_EQ(table.size(), 2u);
}

TEST(SlotTableTest, ReleasingTwiceHasNoEffect) {
  SlotTable<int> table;
  for (std::uint32_t i = 0; i < kMany; ++i) table.Add(0);
  for (std::uint32_t i = 0; i < kMany; ++i) table.Release(i);
  for (std::uint32_t i = 0; i < kMany; ++i) table.Release(i);
  EXPECT_EQ(table.Find(kMany - 1), nullptr);
}

TEST(SlotTableTest, AReleasedValueIsDestroyedAtOnce) {
  const auto value = std::make_shared<int>(1);
  SlotTable<std::shared_ptr<int>> table;
  for (std::uint32_t i = 0; i < kMany; ++i) table.Add(value);
  EXPECT_EQ(value.use_count(), kMany + 1);
  for (std::uint32_t i = 0; i < kMany; i += 2) table.Release(i);
  EXPECT_EQ(value.use_count(), kMany / 2 + 1);
}

TEST(SlotTableTest, WhatLivesIsFoundWhicheverOfItsNeighboursAreGone) {
  for (const std::uint32_t survivor : {0u, 1u, 63u, 64u, 127u, 500u, kMany - 1}) {
    SlotTable<std::uint32_t> table;
    for (std::uint32_t i = 0; i < kMany; ++i) table.Add(i);
    for (std::uint32_t i = 0; i < kMany; ++i) {
      if (i != survivor) table.Release(i);
    }
    EXPECT_EQ(table[survivor], survivor);
    EXPECT_EQ(table.NextLive(0), survivor);
    EXPECT_EQ(table.NextLive(survivor), survivor);
    EXPECT_EQ(table.NextLive(survivor + 1), kMany);
  }
}

TEST(SlotTableTest, NextLiveOfNothingIsTheSize) {
  SlotTable<int> table;
  EXPECT_EQ(table.NextLive(0), 0u);
  for (std::uint32_t i = 0; i < kMany; ++i) {
    table.Add(0);
    table.Release(i);
    ASSERT_EQ(table.NextLive(0), i + 1);
  }
}

// One that stays does not keep its successors' memory.
// semantics 48
TEST(SlotTableTest, ATableThroughWhichAMillionPassKeepsWhatLives) {
  SlotTable<std::vector<char>> table;
  table.Add(std::vector<char>(1));
  constexpr std::uint32_t kMillion = 1'000'000;
  for (std::uint32_t i = 1; i <= kMillion; ++i) {
    ASSERT_EQ(table.Add(std::vector<char>(1)), i);
    if (i > 2) table.Release(i - 2);
  }
  EXPECT_NE(table.Find(0), nullptr);
  EXPECT_EQ(table.NextLive(1), kMillion - 1);
  EXPECT_NE(table.Find(kMillion), nullptr);
}

}  // namespace
}  // namespace gather::engine
