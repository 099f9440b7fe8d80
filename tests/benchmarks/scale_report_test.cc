#include "benchmarks/scale_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gather::benchmarks {
namespace {

using ::testing::HasSubstr;

TEST(ScaleReportTest, LineHasTheFiguresThatItWasGivenAndNoOthers) {
  ScaleReport report;
  report.Add(ScaleLine{.what = "targets", .x = 200, .door = "raw", .rate = 1000});
  EXPECT_THAT(
      report.ToJson(),
      HasSubstr(R"({"what": "targets", "x": 200, "door": "raw", "rate": 1000, "errors": 0})"));
}

TEST(ScaleReportTest, AtMostHoldsAsItStands) {
  ScaleReport report;
  report.Add(ScaleVerdict{"KB each", 16, 16});
  EXPECT_THAT(report.ToJson(), HasSubstr(R"("verdict": "met")"));
  report.Add(ScaleVerdict{"KB each", 16, 16.01});
  EXPECT_THAT(report.ToJson(), HasSubstr(R"("measured": 16.01, "verdict": "not met")"));
}

TEST(ScaleReportTest, ErrorsOfAllLinesAreCounted) {
  ScaleReport report;
  EXPECT_EQ(report.errors(), 0);
  report.Add(ScaleLine{.what = "a", .x = 1, .door = "raw", .errors = 2});
  report.Add(ScaleLine{.what = "b", .x = 1, .door = "raw", .errors = 3});
  EXPECT_EQ(report.errors(), 5);
}

TEST(ScaleReportTest, TellsTheMachine) {
  EXPECT_THAT(ScaleReport().ToJson(), HasSubstr(R"("machine": {"cpu": )"));
}

}  // namespace
}  // namespace gather::benchmarks
