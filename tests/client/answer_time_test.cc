#include "gather/answer_time.h"

#include <gtest/gtest.h>

#include "absl/time/time.h"
#include "gather/duration.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {
namespace {

absl::Duration TimeoutFor(absl::Duration left) {
  v1::GatherRequest request;
  KeepTimeForTheAnswer(left, &request);
  EXPECT_TRUE(request.has_timeout());
  return FromProto(request.timeout());
}

// semantics 68
TEST(AnswerTimeTest, KeepsTwoPercentWithinBounds) {
  EXPECT_EQ(TimeoutFor(absl::Seconds(1)), absl::Milliseconds(980));
  EXPECT_EQ(TimeoutFor(absl::Milliseconds(100)), absl::Milliseconds(90));
  EXPECT_EQ(TimeoutFor(absl::Milliseconds(10)), absl::Milliseconds(8));
  EXPECT_EQ(TimeoutFor(absl::Seconds(60)), absl::Milliseconds(59'900));
}

TEST(AnswerTimeTest, NeverKeepsMoreThanAFifth) {
  EXPECT_EQ(TimeForTheAnswer(absl::Milliseconds(20)), absl::Milliseconds(4));
  EXPECT_EQ(TimeForTheAnswer(absl::Hours(1)), absl::Milliseconds(100));
}

TEST(AnswerTimeTest, AShorterTimeoutStays) {
  v1::GatherRequest request;
  request.mutable_timeout()->set_seconds(1);
  KeepTimeForTheAnswer(absl::Seconds(2), &request);
  EXPECT_EQ(FromProto(request.timeout()), absl::Seconds(1));
}

TEST(AnswerTimeTest, ALongerTimeoutIsCut) {
  v1::GatherRequest request;
  request.mutable_timeout()->set_seconds(5);
  KeepTimeForTheAnswer(absl::Seconds(1), &request);
  EXPECT_EQ(FromProto(request.timeout()), absl::Milliseconds(980));
}

TEST(AnswerTimeTest, ADeadlineThatHasPassedIsLeftToGrpc) {
  v1::GatherRequest request;
  KeepTimeForTheAnswer(-absl::Seconds(1), &request);
  EXPECT_FALSE(request.has_timeout());
}

}  // namespace
}  // namespace gather::internal
