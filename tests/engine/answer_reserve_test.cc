#include "engine/answer_reserve.h"

#include <chrono>

#include "gtest/gtest.h"

namespace gather::engine {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// semantics 68
TEST(AnswerReserveTest, KeepsTenMillisecondsBackAtFirst) {
  EXPECT_EQ(AnswerReserve().For(seconds(1)), milliseconds(10));
}

// semantics 68
TEST(AnswerReserveTest, TakesNoMoreThanAFifthOfWhatIsLeft) {
  EXPECT_EQ(AnswerReserve().For(milliseconds(20)), milliseconds(4));
  EXPECT_EQ(AnswerReserve().For(milliseconds(0)), milliseconds(0));
}

// semantics 68
TEST(AnswerReserveTest, KeepsTwiceTheTimeThatAlmostAllAnswersTook) {
  AnswerReserve reserve;
  for (int i = 0; i < 128; ++i) reserve.Record(milliseconds(30));
  EXPECT_EQ(reserve.For(seconds(1)), milliseconds(60));
}

TEST(AnswerReserveTest, OneSlowAnswerOfManyIsNoReason) {
  AnswerReserve reserve;
  for (int i = 0; i < 128; ++i) reserve.Record(i == 7 ? milliseconds(500) : milliseconds(1));
  EXPECT_EQ(reserve.For(seconds(10)), milliseconds(10));
}

TEST(AnswerReserveTest, SlowTimesAreForgottenOnceTheyAreOver) {
  AnswerReserve reserve;
  for (int i = 0; i < 128; ++i) reserve.Record(milliseconds(100));
  for (int i = 0; i < 128; ++i) reserve.Record(milliseconds(1));
  EXPECT_EQ(reserve.For(seconds(10)), milliseconds(10));
}

}  // namespace
}  // namespace gather::engine
