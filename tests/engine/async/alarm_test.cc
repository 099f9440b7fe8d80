#include "engine/async/alarm.h"

#include <chrono>
#include <memory>
#include <string>

#include "engine/async/time.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

Time At(int milliseconds) { return Time(std::chrono::milliseconds(milliseconds)); }

class AlarmTest : public ::testing::Test {
 protected:
  // An alarm that writes its letter when it is due.
  std::unique_ptr<Alarm> MakeAlarm(char letter) {
    return std::make_unique<Alarm>(&clock_, [this, letter] { rung_ += letter; });
  }

  AlarmClock clock_;
  std::string rung_;
};

TEST_F(AlarmTest, RingsOnceWhenItsTimeHasCome) {
  const auto alarm = MakeAlarm('a');
  alarm->Set(At(10));
  EXPECT_EQ(clock_.next(), At(10));
  clock_.RunDue(At(9));
  EXPECT_EQ(rung_, "");
  clock_.RunDue(At(10));
  clock_.RunDue(At(11));
  EXPECT_EQ(rung_, "a");
  EXPECT_EQ(alarm->time(), kNever);
  EXPECT_EQ(clock_.next(), kNever);
}

TEST_F(AlarmTest, RingsInTheOrderOfTheTimes) {
  const auto a = MakeAlarm('a');
  const auto b = MakeAlarm('b');
  const auto c = MakeAlarm('c');
  a->Set(At(3));
  b->Set(At(1));
  c->Set(At(2));
  clock_.RunDue(At(2));
  EXPECT_EQ(rung_, "bc");
  clock_.RunDue(At(3));
  EXPECT_EQ(rung_, "bca");
}

TEST_F(AlarmTest, TwoOfTheSameTimeBothRing) {
  const auto a = MakeAlarm('a');
  const auto b = MakeAlarm('a');
  a->Set(At(1));
  b->Set(At(1));
  clock_.RunDue(At(1));
  EXPECT_EQ(rung_, "aa");
}

TEST_F(AlarmTest, ALaterSetReplacesTheTime) {
  const auto alarm = MakeAlarm('a');
  alarm->Set(At(1));
  alarm->Set(At(5));
  clock_.RunDue(At(4));
  EXPECT_EQ(rung_, "");
  alarm->Set(At(2));
  clock_.RunDue(At(4));
  EXPECT_EQ(rung_, "a");
}

TEST_F(AlarmTest, CancelledOrDestroyedItDoesNotRing) {
  const auto cancelled = MakeAlarm('a');
  auto destroyed = MakeAlarm('b');
  const auto never = MakeAlarm('c');
  cancelled->Set(At(1));
  destroyed->Set(At(1));
  never->Set(At(1));
  cancelled->Cancel();
  cancelled->Cancel();
  destroyed.reset();
  never->Set(kNever);
  clock_.RunDue(At(2));
  EXPECT_EQ(rung_, "");
  EXPECT_EQ(clock_.next(), kNever);
}

TEST_F(AlarmTest, OneThatIsSetAgainForNowRingsInTheSameRun) {
  int rings = 0;
  Alarm alarm(&clock_, [&] {
    if (++rings < 3) alarm.Set(At(1));
  });
  alarm.Set(At(1));
  clock_.RunDue(At(1));
  EXPECT_EQ(rings, 3);
}

TEST_F(AlarmTest, OneThatIsRungMayDestroyTheNext) {
  auto later = MakeAlarm('b');
  Alarm alarm(&clock_, [&] { later.reset(); });
  alarm.Set(At(1));
  later->Set(At(2));
  clock_.RunDue(At(2));
  EXPECT_EQ(rung_, "");
}

TEST_F(AlarmTest, AtTheEndOfTimeNothingRings) {
  const auto alarm = MakeAlarm('a');
  clock_.RunDue(kNever);
  EXPECT_EQ(rung_, "");
}

}  // namespace
}  // namespace gather::engine
