#include "benchmarks/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "benchmarks/measurement.h"

namespace gather::benchmarks {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Sample Took(absl::Duration wall) {
  return {.gathers = 10, .sub_calls = 1000, .wall = wall, .p50 = wall / 10};
}

Pair PairOf(absl::Duration raw, absl::Duration gatherd) {
  return {{"raw", Took(raw)}, {"gatherd", Took(gatherd)}};
}

Line LineWithRatio(double to_raw) { return {.shape = "100", .door = "gatherd", .to_raw = to_raw}; }

TEST(SummarizeTest, TakesTheMedianOfThePairsRatios) {
  const std::vector<Pair> pairs = {
      PairOf(absl::Milliseconds(10), absl::Milliseconds(20)),
      PairOf(absl::Milliseconds(80), absl::Milliseconds(100)),
      PairOf(absl::Milliseconds(10), absl::Milliseconds(10)),
  };
  const std::vector<Line> lines =
      Summarize({.name = "100", .shape = {}}, {"raw", "gatherd"}, pairs);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_DOUBLE_EQ(lines[0].to_raw, 1);
  EXPECT_DOUBLE_EQ(lines[1].to_raw, 0.8);
  EXPECT_DOUBLE_EQ(lines[1].to_raw_least, 0.5);
  EXPECT_DOUBLE_EQ(lines[1].to_raw_greatest, 1);
  EXPECT_DOUBLE_EQ(lines[1].p50_to_raw, 1.25);
  EXPECT_DOUBLE_EQ(lines[1].p50_microseconds, 2000);
}

TEST(SummarizeTest, CountsCpuPerTenThousandSubCalls) {
  Sample sample = Took(absl::Milliseconds(10));
  sample.client_cpu = absl::Milliseconds(3);
  sample.gatherd_cpu = absl::Milliseconds(5);
  sample.backend_cpu = absl::Milliseconds(7);
  const std::vector<Line> lines =
      Summarize({.name = "100", .shape = {}}, {"raw"}, {{{"raw", sample}}, {{"raw", sample}}});
  EXPECT_DOUBLE_EQ(lines[0].client_cpu, 0.03);
  EXPECT_DOUBLE_EQ(lines[0].gatherd_cpu, 0.05);
  EXPECT_DOUBLE_EQ(lines[0].backend_cpu, 0.07);
}

TEST(SummarizeTest, AddsTheErrorsOfAllPairs) {
  Sample sample = Took(absl::Milliseconds(10));
  sample.errors = 2;
  const std::vector<Line> lines =
      Summarize({.name = "100", .shape = {}}, {"raw"}, {{{"raw", sample}}, {{"raw", sample}}});
  EXPECT_EQ(lines[0].errors, 4);
  EXPECT_THAT(TableLine(lines[0]), HasSubstr("4 errors"));
}

TEST(JudgeTest, ForgivesATargetMissedByLittle) {
  const Target target = {"100", "gatherd", 0.75};
  EXPECT_THAT(Judge(target, {LineWithRatio(0.71)}), StartsWith("met"));
  EXPECT_THAT(Judge(target, {LineWithRatio(0.69)}), StartsWith("not met"));
}

TEST(JudgeTest, SaysWhenATargetWasNotMeasured) {
  EXPECT_THAT(Judge({"1000", "gatherd", 1.0}, {LineWithRatio(2)}), StartsWith("not measured"));
}

TEST(ReportTest, GivesLinesAndVerdictsToPrograms) {
  const std::string json = ToJson({LineWithRatio(0.9)}, Effort{.pairs = 7});
  EXPECT_THAT(json,
              HasSubstr(R"("shape": "100", "door": "gatherd", "to_raw": 0.75, "verdict": "met")"));
  EXPECT_THAT(json, HasSubstr(R"("pairs": 7)"));
}

}  // namespace
}  // namespace gather::benchmarks
