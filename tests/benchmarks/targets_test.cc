#include "benchmarks/targets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "benchmarks/line.h"
#include "benchmarks/table.h"

namespace gather::benchmarks {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Target Asking(Bound bound, double asked, std::optional<double> figure) {
  return {"it", bound, asked, [figure](const std::vector<Line>&) { return figure; }};
}

Verdict VerdictOn(Bound bound, double asked, std::optional<double> figure) {
  return Judge(Asking(bound, asked, figure), {}).verdict;
}

Line LineOf(const std::string& shape, const std::string& door) {
  Line line;
  line.shape.name = shape;
  line.door = door;
  return line;
}

// The judgement on the target of that name.
Judgement JudgementOn(const std::string& what, const std::vector<Line>& lines) {
  for (const Target& target : Targets()) {
    if (target.what == what) return Judge(target, lines);
  }
  ADD_FAILURE() << "no target \"" << what << '"';
  return {};
}

TEST(JudgeTest, ForgivesALowerBoundMissedByLittle) {
  EXPECT_EQ(VerdictOn(Bound::kAtLeast, 0.82, 0.78), Verdict::kMet);
  EXPECT_EQ(VerdictOn(Bound::kAtLeast, 0.82, 0.76), Verdict::kNotMet);
}

TEST(JudgeTest, ForgivesNothingAboveAnUpperBound) {
  EXPECT_EQ(VerdictOn(Bound::kAtMost, 0.9, 0.9), Verdict::kMet);
  EXPECT_EQ(VerdictOn(Bound::kAtMost, 0.9, 0.91), Verdict::kNotMet);
}

TEST(JudgeTest, SaysWhenATargetWasNotMeasured) {
  EXPECT_EQ(VerdictOn(Bound::kAtLeast, 0, std::nullopt), Verdict::kNotMeasured);
  EXPECT_THAT(TargetLine(Judge(Asking(Bound::kAtMost, 2.2, std::nullopt), {})),
              StartsWith("not measured  it <= 2.2: -"));
}

TEST(TargetsTest, AreNotMeasuredByARunWithoutLines) {
  for (const Target& target : Targets()) {
    EXPECT_EQ(Judge(target, {}).verdict, Verdict::kNotMeasured) << target.what;
  }
}

TEST(TargetsTest, LookAtTheirOwnLine) {
  std::vector<Line> lines = {LineOf("100", "gatherd"), LineOf("100", "embedded")};
  lines[0].to_raw = 0.9;
  lines[1].to_raw = 0.8;
  const Judgement gatherd = JudgementOn("gather of 100, gatherd: rate to raw", lines);
  EXPECT_EQ(gatherd.measured, 0.9);
  EXPECT_EQ(gatherd.asked, ">= 0.82");
  EXPECT_EQ(gatherd.verdict, Verdict::kMet);
  EXPECT_EQ(JudgementOn("gather of 100, embedded: rate to raw", lines).verdict, Verdict::kNotMet);
}

TEST(TargetsTest, TakeTheTimeOfAGatherFromItsRate) {
  std::vector<Line> lines = {LineOf("1000", "python-gatherd")};
  lines[0].to_direct = 4;
  EXPECT_EQ(JudgementOn("gather of 1000, python-gatherd: time to python-gather", lines).measured,
            0.25);
}

TEST(TargetsTest, CompareTheDearestWithTheCheapestGather) {
  std::vector<Line> lines;
  for (const char* shape : {"100", "1000", "10000", "100000"}) {
    lines.push_back(LineOf(shape, "gatherd"));
    lines.back().client_cpu = 0.02;
    lines.back().gatherd_cpu = 0.10;
  }
  lines[1].gatherd_cpu = 0.08;
  lines[3].gatherd_cpu = 0.11;
  const std::string what =
      "gathers of 100 to 100000, gatherd: CPU of client and gatherd per sub-call, greatest to "
      "least";
  EXPECT_DOUBLE_EQ(JudgementOn(what, lines).measured.value(), 1.3);
  lines.pop_back();
  EXPECT_EQ(JudgementOn(what, lines).verdict, Verdict::kNotMeasured);
}

TEST(TableTest, ShowsErrorsAndADashForWhatThereIsNot) {
  Line line = LineOf("100", "raw");
  line.errors = 4;
  EXPECT_THAT(TableLine(line), HasSubstr("4 errors"));
  EXPECT_THAT(TableLine(line), HasSubstr(" - "));
}

}  // namespace
}  // namespace gather::benchmarks
