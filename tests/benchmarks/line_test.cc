#include "benchmarks/line.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "benchmarks/measurement.h"
#include "benchmarks/shapes.h"

namespace gather::benchmarks {
namespace {

const NamedShape kHundred = {"100", {.calls = 100}};
const NamedShape kThousand = {"1000", {.calls = 1000}};

Sample Took(absl::Duration wall) {
  return {.gathers = 10,
          .sub_calls = 1000,
          .wall = wall,
          .p50 = wall / 10,
          .p90 = wall / 9,
          .p99 = wall / 8};
}

Pair PairOf(absl::Duration raw, absl::Duration gatherd) {
  return {{"raw", Took(raw)}, {"gatherd", Took(gatherd)}};
}

Sample UsedCpu(absl::Duration client, absl::Duration gatherd) {
  Sample sample = Took(absl::Milliseconds(10));
  sample.client_cpu = client;
  sample.gatherd_cpu = gatherd;
  return sample;
}

TEST(SummarizeTest, TakesTheMedianOfThePairsRatios) {
  const std::vector<Pair> pairs = {
      PairOf(absl::Milliseconds(10), absl::Milliseconds(20)),
      PairOf(absl::Milliseconds(80), absl::Milliseconds(100)),
      PairOf(absl::Milliseconds(10), absl::Milliseconds(10)),
  };
  const std::vector<Line> lines = Summarize(kHundred, {"raw", "gatherd"}, pairs);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].to_raw, 1);
  EXPECT_DOUBLE_EQ(lines[1].to_raw.value(), 0.8);
  EXPECT_DOUBLE_EQ(lines[1].to_raw_least.value(), 0.5);
  EXPECT_DOUBLE_EQ(lines[1].to_raw_greatest.value(), 1);
  EXPECT_DOUBLE_EQ(lines[1].p50_to_raw.value(), 1.25);
  EXPECT_DOUBLE_EQ(lines[1].p50_microseconds, 2000);
  EXPECT_DOUBLE_EQ(lines[1].p99_microseconds, 2500);
}

TEST(SummarizeTest, HasNoRatioToADoorThatWasNotMeasured) {
  const std::vector<Line> lines =
      Summarize(kHundred, {"gatherd"}, {{{"gatherd", Took(absl::Milliseconds(10))}}});
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].to_raw, std::nullopt);
  EXPECT_EQ(lines[0].to_paced, std::nullopt);
  EXPECT_EQ(lines[0].to_direct, std::nullopt);
}

TEST(SummarizeTest, ComparesADoorWithTheOneOfItsOwnLanguage) {
  const Pair pair = {{"node", UsedCpu(absl::Milliseconds(50), absl::ZeroDuration())},
                     {"node-gatherd", UsedCpu(absl::Milliseconds(2), absl::Milliseconds(9))}};
  const std::vector<Line> lines = Summarize(kHundred, {"node", "node-gatherd"}, {pair});
  EXPECT_EQ(lines[0].to_direct, std::nullopt);
  EXPECT_EQ(lines[1].to_direct, 1);
  EXPECT_DOUBLE_EQ(lines[1].client_cpu_to_direct.value(), 0.04);
}

TEST(SummarizeTest, CountsOnlyPairsInWhichTheDoorTookPart) {
  const std::vector<Pair> pairs = {{{"raw", Took(absl::Milliseconds(10))}},
                                   PairOf(absl::Milliseconds(10), absl::Milliseconds(20))};
  const std::vector<Line> lines = Summarize(kHundred, {"raw", "gatherd"}, pairs);
  EXPECT_EQ(lines[0].pairs, 2);
  EXPECT_EQ(lines[1].pairs, 1);
  EXPECT_EQ(lines[1].to_raw, 0.5);
}

TEST(SummarizeTest, CountsCpuPerTenThousandSubCalls) {
  Sample sample = UsedCpu(absl::Milliseconds(3), absl::Milliseconds(5));
  sample.middle_cpu = absl::Milliseconds(6);
  sample.backend_cpu = absl::Milliseconds(7);
  const std::vector<Line> lines =
      Summarize(kHundred, {"raw"}, {{{"raw", sample}}, {{"raw", sample}}});
  EXPECT_DOUBLE_EQ(lines[0].client_cpu, 0.03);
  EXPECT_DOUBLE_EQ(lines[0].gatherd_cpu, 0.05);
  EXPECT_DOUBLE_EQ(lines[0].middle_cpu, 0.06);
  EXPECT_DOUBLE_EQ(lines[0].backend_cpu, 0.07);
}

TEST(SummarizeTest, ComparesCpuWithThatOfRawsClient) {
  const Pair pair = {{"raw", UsedCpu(absl::Milliseconds(10), absl::ZeroDuration())},
                     {"gatherd", UsedCpu(absl::Milliseconds(1), absl::Milliseconds(9))}};
  const std::vector<Line> lines = Summarize(kHundred, {"raw", "gatherd"}, {pair});
  EXPECT_EQ(lines[0].gatherd_cpu_to_raw, std::nullopt);
  EXPECT_DOUBLE_EQ(lines[1].client_cpu_to_raw.value(), 0.1);
  EXPECT_DOUBLE_EQ(lines[1].gatherd_cpu_to_raw.value(), 0.9);
}

TEST(SummarizeTest, TellsMemoryOfManySubCallsInFlight) {
  Sample sample = Took(absl::Milliseconds(10));
  sample.client_kilobytes = 20'000;
  sample.gatherd_kilobytes = 15'000;
  const Pair pair = {{"raw", sample}, {"gatherd", sample}};
  const std::vector<Line> many = Summarize(kThousand, {"raw", "gatherd"}, {pair});
  EXPECT_EQ(many[0].client_kilobytes, 20);
  EXPECT_EQ(many[0].gatherd_kilobytes, std::nullopt);
  EXPECT_EQ(many[1].gatherd_kilobytes, 15);
  EXPECT_EQ(Summarize(kHundred, {"raw"}, {pair})[0].client_kilobytes, std::nullopt);
}

TEST(SummarizeTest, AddsTheErrorsOfAllPairs) {
  Sample sample = Took(absl::Milliseconds(10));
  sample.errors = 2;
  const std::vector<Line> lines =
      Summarize(kHundred, {"raw"}, {{{"raw", sample}}, {{"raw", sample}}});
  EXPECT_EQ(lines[0].errors, 4);
}

}  // namespace
}  // namespace gather::benchmarks
