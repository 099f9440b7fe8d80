#include "cli/progress.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "cli/painter.h"
#include "cli/roster.h"
#include "cli/tally.h"
#include "cli/wording.h"
#include "gtest/gtest.h"
#include "tests/cli/outcomes.h"

namespace gather::cli {
namespace {

class ProgressTest : public ::testing::Test {
 protected:
  void Succeed(int times) {
    for (int i = 0; i < times; ++i) tally_.Add(OutcomeOf("disposition: DISPOSITION_SUCCEEDED"));
  }

  void Fail(const std::string& message) {
    tally_.Add(
        OutcomeOf(absl::StrCat("index: 1 disposition: DISPOSITION_FAILED "
                               "origin: ORIGIN_BACKEND status { code: 5 message: '",
                               message, "' }")));
  }

  std::vector<std::string> Drawn(std::uint64_t calls, int columns) {
    return DrawProgress({&tally_, calls, absl::Milliseconds(500)}, roster_, columns,
                        Painter(false));
  }

  const Roster roster_ = RosterOf("calls { target: 'a' } calls { target: 'b' id: 'second' }");
  Tally tally_;
};

TEST_F(ProgressTest, TellsCountRateAndFailures) {
  Succeed(999);
  Fail("gone");
  EXPECT_EQ(ProgressLine({&tally_, 10'000, absl::Milliseconds(500)}),
            "1,000 of 10,000, 2,000 a second, 1 failed");
}

TEST_F(ProgressTest, IsABarAndTheMostFrequentFailures) {
  Succeed(5);
  Fail("gone");
  Fail("gone");
  Fail("lost");
  EXPECT_EQ(Drawn(16, 40), (std::vector<std::string>{"████████████████████····················",
                                                     "8 of 16, 16 a second, 3 failed, about 5…",
                                                     "       2  NOT_FOUND: gone (first: call …",
                                                     "       1  NOT_FOUND: lost (first: call …"}));
}

TEST_F(ProgressTest, KindsOfFailuresAreBounded) {
  for (int i = 0; i < 1000; ++i) Fail(absl::StrCat("user ", i));
  EXPECT_EQ(tally_.Kinds(1000).size(), 100u);
  EXPECT_EQ(tally_.other_failures(), 900u);
  EXPECT_EQ(Drawn(1000, 80).back(), "     995  other failures");
}

TEST_F(ProgressTest, BarsAreNeverWiderThanTheTerminal) {
  for (int i = 0; i < 50; ++i) {
    Succeed(3);
    Fail("gone");
    EXPECT_EQ(Width(Drawn(200, 33)[0]), 33u);
  }
}

TEST(TallyTest, CountsInWords) {
  Tally tally;
  EXPECT_EQ(tally.Counts(), "no calls");
  tally.Add(OutcomeOf("disposition: DISPOSITION_SUCCEEDED"));
  tally.Add(OutcomeOf("disposition: DISPOSITION_NOT_STARTED"));
  tally.Add(OutcomeOf("disposition: DISPOSITION_REJECTED"));
  EXPECT_EQ(tally.Counts(), "1 succeeded, 1 refused, 1 never sent");
  EXPECT_EQ(tally.failed(), 1u);
}

}  // namespace
}  // namespace gather::cli
