#include "engine/idle_clock.h"

#include <chrono>

#include "gtest/gtest.h"

namespace gather::engine {
namespace {

Time At(int milliseconds) {
  return Time(std::chrono::hours(1)) + std::chrono::milliseconds(milliseconds);
}

constexpr std::chrono::milliseconds Ms(int count) { return std::chrono::milliseconds(count); }

TEST(IdleClockTest, CountsTheTimeBeforeBetweenAndAfterAttempts) {
  IdleClock clock(At(0));
  clock.OnStart(At(2));
  clock.OnEnd(At(10));
  clock.OnStart(At(15));
  clock.OnEnd(At(20));
  EXPECT_EQ(clock.Idle(At(21)), Ms(2 + 5 + 1));
}

TEST(IdleClockTest, IsNotIdleWhileOneOfSeveralIsOutstanding) {
  IdleClock clock(At(0));
  clock.OnStart(At(0));
  clock.OnStart(At(1));
  clock.OnEnd(At(5));
  EXPECT_EQ(clock.outstanding(), 1u);
  EXPECT_EQ(clock.Idle(At(30)), Ms(0));
  clock.OnEnd(At(40));
  EXPECT_EQ(clock.outstanding(), 0u);
  EXPECT_EQ(clock.Idle(At(43)), Ms(3));
}

TEST(IdleClockTest, WithoutAnyAttemptAllTimeIsIdle) {
  EXPECT_EQ(IdleClock(At(0)).Idle(At(7)), Ms(7));
}

TEST(IdleClockTest, TheLastAttemptWasWaitedForAloneSinceTheOneBeforeItEnded) {
  IdleClock clock(At(0));
  for (int i = 0; i < 3; ++i) clock.OnStart(At(i));
  clock.OnEnd(At(4));
  EXPECT_EQ(clock.StragglerWait(), Ms(0));
  clock.OnEnd(At(7));
  clock.OnEnd(At(19));
  EXPECT_EQ(clock.StragglerWait(), Ms(12));
}

}  // namespace
}  // namespace gather::engine
