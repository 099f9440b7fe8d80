#include "benchmarks/measurement.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/time/time.h"
#include "benchmarks/door.h"

namespace gather::benchmarks {
namespace {

constexpr Effort kEffort = {};

TEST(GathersPerSampleTest, FillsTheSample) {
  EXPECT_EQ(GathersPerSample({.calls = 100}, kEffort, 25, kEffort.sample / 4), 100);
}

TEST(GathersPerSampleTest, TakesTwoUnlessTheyAreLong) {
  EXPECT_EQ(GathersPerSample({.calls = 100}, kEffort, 1, absl::Milliseconds(400)), 2);
  EXPECT_EQ(GathersPerSample({.calls = 100}, kEffort, 1, absl::Seconds(3)), 1);
}

TEST(GathersPerSampleTest, KeepsAllLanesBusy) {
  EXPECT_EQ(GathersPerSample({.calls = 10, .at_once = 64}, kEffort, 64, absl::Milliseconds(400)),
            128);
  EXPECT_EQ(GathersPerSample({.calls = 10, .at_once = 64}, kEffort, 64, absl::Seconds(3)), 64);
}

TEST(GathersPerSampleTest, GivesEverySampleTheSameShareOfSlowCalls) {
  EXPECT_EQ(GathersPerSample({.calls = 1, .slow = true}, kEffort, 33, kEffort.sample / 4), 200);
  EXPECT_EQ(GathersPerSample({.calls = 10, .slow = true}, kEffort, 8, kEffort.sample / 4), 40);
  EXPECT_EQ(GathersPerSample({.calls = 100, .slow = true}, kEffort, 8, kEffort.sample), 8);
  EXPECT_EQ(GathersPerSample({.calls = 10, .levels = 2, .slow = true}, kEffort, 7, kEffort.sample),
            7);
}

TEST(PairsOfTest, BoundsTheTimeOfADoorButTakesThree) {
  EXPECT_EQ(PairsOf(kEffort, absl::Milliseconds(200)), 7);
  EXPECT_EQ(PairsOf(kEffort, absl::Milliseconds(900)), 4);
  EXPECT_EQ(PairsOf(kEffort, absl::Seconds(20)), 3);
}

TEST(PairsOfTest, TakesNoMoreThanWereAskedFor) {
  EXPECT_EQ(PairsOf({.pairs = 1}, absl::Milliseconds(200)), 1);
  EXPECT_EQ(PairsOf({.pairs = 2}, absl::Seconds(20)), 2);
}

TEST(TakesPartTest, SpreadsADoorEvenlyOverThePairs) {
  std::string parts;
  for (int i = 0; i < 7; ++i) parts += TakesPart(i, 3, 7) ? 'x' : '-';
  EXPECT_EQ(parts, "--x-x-x");
}

TEST(TakesPartTest, LeavesNoPairOutWhereThereIsTime) {
  for (int i = 0; i < 7; ++i) EXPECT_TRUE(TakesPart(i, 7, 7));
}

}  // namespace
}  // namespace gather::benchmarks
