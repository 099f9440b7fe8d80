#include "server/line_budget.h"

#include <chrono>
#include <cstdint>
#include <optional>

#include "gtest/gtest.h"

namespace gather::server {
namespace {

constexpr engine::Time kStart(std::chrono::hours(1));

TEST(LineBudgetTest, AfterABurstLinesAreSuppressedUntilThereIsRoomAndThenCounted) {
  LineBudget budget;
  for (int i = 0; i < LineBudget::kPerSecond; ++i) EXPECT_EQ(budget.Take(kStart), 0u);
  for (int i = 0; i < 7; ++i) EXPECT_EQ(budget.Take(kStart), std::nullopt);
  EXPECT_EQ(budget.Take(kStart + std::chrono::milliseconds(10)), 7u);
  EXPECT_EQ(budget.Take(kStart + std::chrono::milliseconds(11)), std::nullopt);
}

TEST(LineBudgetTest, WhatIsNotUsedIsNotSavedUpBeyondABurst) {
  LineBudget budget;
  budget.Take(kStart);
  int lines = 0;
  while (budget.Take(kStart + std::chrono::hours(1))) ++lines;
  EXPECT_EQ(lines, LineBudget::kPerSecond);
}

}  // namespace
}  // namespace gather::server
