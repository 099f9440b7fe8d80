#include "cli/bar.h"

#include <string>

#include "absl/time/time.h"
#include "cli/painter.h"
#include "cli/wording.h"
#include "gtest/gtest.h"

namespace gather::cli {
namespace {

const Painter kPlainPainter(false);

BarTimes Ran(int from, int to) {
  BarTimes times;
  times.started = absl::Milliseconds(from);
  times.ended = absl::Milliseconds(to);
  return times;
}

TEST(BarTest, ShowsWaitingApartFromRunning) {
  const TimeAxis axis(absl::Milliseconds(10), 10);
  EXPECT_EQ(DrawBar(Ran(3, 5), axis, kPlainPainter, Tone::kGood), "···███    ");
}

TEST(BarTest, OfOneThatWasNeverSentIsAllWaiting) {
  BarTimes times;
  times.ended = absl::Milliseconds(4);
  const TimeAxis axis(absl::Milliseconds(10), 10);
  EXPECT_EQ(DrawBar(times, axis, kPlainPainter, Tone::kStopped), "·····     ");
}

TEST(BarTest, OfOneThatHasNotEndedSaysNothingOfWaiting) {
  BarTimes times;
  times.ended = absl::Milliseconds(4);
  times.open = true;
  const TimeAxis axis(absl::Milliseconds(10), 10);
  EXPECT_EQ(DrawBar(times, axis, kPlainPainter, Tone::kPlain), "░░░░░     ");
}

TEST(BarTest, OfOneThatWasAddedLaterBeginsThere) {
  BarTimes times = Ran(6, 7);
  times.added = absl::Milliseconds(5);
  const TimeAxis axis(absl::Milliseconds(10), 10);
  EXPECT_EQ(DrawBar(times, axis, kPlainPainter, Tone::kGood), "     ·██  ");
}

TEST(BarTest, IsAlwaysAsWideAsItsAxis) {
  const TimeAxis axis(absl::Milliseconds(7), 13);
  for (int from = 0; from < 10; ++from) {
    for (int to = from; to < 10; ++to) {
      EXPECT_EQ(Width(DrawBar(Ran(from, to), axis, Painter(true), Tone::kBad)), 13u);
    }
  }
}

TEST(TimeAxisTest, EndsAtARoundNumber) {
  const TimeAxis axis = TimeAxis::ThatHolds(absl::Milliseconds(97), 50);
  EXPECT_EQ(axis.Column(absl::Milliseconds(50)), 25);
  EXPECT_EQ(axis.Column(absl::Milliseconds(100)), 49);
}

TEST(TimeAxisTest, TicksStandAtTheirTimes) {
  EXPECT_EQ(TimeAxis(absl::Milliseconds(100), 40).Ticks(), "0       20      40      60      80 ms");
  EXPECT_EQ(TimeAxis(absl::Seconds(20), 40).Ticks(), "0         5         10        15 s");
}

}  // namespace
}  // namespace gather::cli
