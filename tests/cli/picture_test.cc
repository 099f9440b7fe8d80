#include "cli/picture.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "cli/painter.h"
#include "cli/roster.h"
#include "cli/wording.h"
#include "gtest/gtest.h"
#include "tests/cli/outcomes.h"

namespace gather::cli {
namespace {

const Painter kPlainPainter(false);

Roster ThreeCalls() {
  return RosterOf(R"(calls { id: "ada" target: "users" method: "/demo.Users/GetUser" }
                     calls { target: "adverts" method: "/demo.Adverts/Pick" }
                     calls { target: "posts" method: "/demo.Posts/List" })");
}

Outcomes ThreeOutcomes() {
  return {OutcomeOf(R"(disposition: DISPOSITION_SUCCEEDED
                       timing { started {} finished { nanos: 20000000 } })"),
          OutcomeOf(R"(index: 1 disposition: DISPOSITION_FAILED origin: ORIGIN_BACKEND
                       status { code: 14 message: "nobody bids" }
                       timing { started { nanos: 10000000 } finished { nanos: 50000000 } })"),
          OutcomeOf(R"(index: 2 disposition: DISPOSITION_NOT_STARTED cause: CAUSE_SIBLING_FAILED
                       caused_by: 1 timing { finished { nanos: 50000000 } })")};
}

TEST(PictureTest, HasALineForEachCallOnACommonAxis) {
  const auto lines =
      DrawPicture(ThreeCalls(), ThreeOutcomes(), absl::Milliseconds(50), 100, kPlainPainter);
  EXPECT_EQ(absl::StrJoin(lines, "\n"),
            "                    0        20        40 ms  waited     ran\n"
            "0 ada users GetUser ██████████                0.0 ms   20 ms  ✓\n"
            "1     adverts Pick  ····████████████████████   10 ms   40 ms  ✗ UNAVAILABLE: "
            "nobody bids\n"
            "2     posts List    ························   50 ms       –  ○ never sent: "
            "call 1 failed");
}

TEST(PictureTest, OfWhatHasNotEndedGrowsWithTime) {
  const Roster roster = RosterOf(R"(calls { target: "users" method: "/demo.Users/GetUser" })");
  const auto line = [&](int elapsed) {
    return DrawPicture(roster, Outcomes(1), absl::Milliseconds(elapsed), 80, kPlainPainter)[1];
  };
  EXPECT_TRUE(absl::StrContains(line(40), "░")) << line(40);
  EXPECT_TRUE(absl::StrContains(line(40), " 40 ms")) << line(40);
}

TEST(PictureTest, IsNeverWiderThanTheTerminal) {
  for (const int columns : {80, 100, 132, 200}) {
    for (const std::string& line : DrawPicture(ThreeCalls(), ThreeOutcomes(),
                                               absl::Milliseconds(50), columns, Painter(true))) {
      EXPECT_LE(Width(line), static_cast<std::size_t>(columns)) << line;
    }
  }
}

TEST(PictureTest, LongNamesAreCut) {
  const Roster roster = RosterOf(
      R"(calls { id: "a-name-that-goes-on-and-on-for-ever" target: "the-directory-of-users-of-europe"
                 method: "/demo.Users/GetAllThatThereIsToKnowOfOneUser" })");
  const auto lines = DrawPicture(roster, Outcomes(1), absl::Milliseconds(50), 80, kPlainPainter);
  EXPECT_TRUE(absl::StartsWith(lines[1], "0 a-name-th… the-directory-of-us… ░")) << lines[1];
  EXPECT_LE(Width(lines[1]) + RoomForTexts(roster, 80), 80u) << lines[1];
}

TEST(PictureTest, OfNoCallsIsEmpty) {
  EXPECT_TRUE(DrawPicture(RosterOf(""), {}, absl::ZeroDuration(), 80, kPlainPainter).empty());
}

TEST(PictureTest, ColoursTellTheDispositions) {
  const auto lines =
      DrawPicture(ThreeCalls(), ThreeOutcomes(), absl::Milliseconds(50), 100, Painter(true));
  EXPECT_TRUE(absl::StrContains(lines[1], "\x1b[32m█")) << lines[1];
  EXPECT_TRUE(absl::StrContains(lines[2], "\x1b[31m█")) << lines[2];
  EXPECT_TRUE(absl::StrContains(lines[3], "\x1b[33m○")) << lines[3];
}

}  // namespace
}  // namespace gather::cli
