#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gather/gather.h"
#include "tests/e2e/door_test.h"
#include "tests/support/behavior.h"

// Never more in flight than was allowed, and nobody is kept waiting for nothing.
namespace gather::test {
namespace {

using ::testing::ElementsAre;

class LimitsTest : public DoorTest {
 protected:
  static Options LimitedTo(std::uint32_t limit) {
    Options options;
    options.max_concurrency = limit;
    return options;
  }
};
INSTANTIATE_TEST_SUITE_P(Doors, LimitsTest, BothDoors(), DoorName());

// semantics 57
TEST_P(LimitsTest, NeverMoreThanTheLimitAreInFlight) {
  Hold("Name");
  auto future = AsyncGather(client(), LimitedTo(8), CallsTo("Name", 200));
  ASSERT_TRUE(backend().WaitForHeld(8));
  Release("Name");
  ASSERT_TRUE(future.Get().ok());
  EXPECT_EQ(backend().counts().calls, 200);
  EXPECT_EQ(backend().counts().max_in_flight, 8);
}

// semantics 57
TEST_P(LimitsTest, WaitersAreServedInTheOrderOfTheRequest) {
  Hold("Name");
  auto future = AsyncGather(client(), LimitedTo(2), CallsTo("Name", 6));
  for (std::size_t arrival = 0; arrival < 6; ++arrival) {
    ASSERT_TRUE(backend().WaitForCalls(std::min<std::size_t>(arrival + 2, 6)));
    backend().ReleaseCall(arrival);
  }
  ASSERT_TRUE(future.Get().ok());
  // The first two were sent together, and a backend may take up either first.
  std::vector<std::string> waiters = RequestsSeen();
  waiters.erase(waiters.begin(), waiters.begin() + 2);
  EXPECT_THAT(waiters, ElementsAre("2", "3", "4", "5"));
}

// semantics 58, 59, 66
TEST_P(LimitsTest, AWaiterThatExpiresTakesNoPermitAndBlocksNobody) {
  Hold("Slow");
  auto future = AsyncGatherSettled(client(), LimitedTo(1), CallTo("Slow", "first"),
                                   CallTo("Name", "second").Timeout(absl::Milliseconds(30)),
                                   CallTo("Name", "third"));
  ASSERT_TRUE(backend().WaitForHeld(1));
  // The second has expired when another gather's call with the same timeout has.
  Answer("Hang", Hang());
  GatherSettled(client(), CallTo("Hang").Timeout(absl::Milliseconds(60)));
  Release("Slow");
  const auto settled = future.Get();
  EXPECT_TRUE(settled.get<0>().ok()) << settled.get<0>().status();
  const Outcome<Text>& expired = settled.get<1>();
  EXPECT_EQ(expired.disposition(), Disposition::kNotStarted);
  EXPECT_EQ(expired.cause(), Cause::kSubCallDeadline);
  EXPECT_EQ(expired.delivery(), Delivery::kNeverSent);
  EXPECT_TRUE(absl::IsDeadlineExceeded(expired.status()));
  EXPECT_TRUE(settled.get<2>().ok()) << settled.get<2>().status();
}

// semantics 66
TEST_P(LimitsTest, AWaitersOwnExpiryIsAFailureThatDecidesFailFast) {
  Answer("Slow", Hang());
  const auto result = Gather(client(), LimitedTo(1), CallTo("Slow"),
                             CallTo("Name").Id("late").Timeout(absl::Milliseconds(30)));
  EXPECT_TRUE(absl::IsDeadlineExceeded(result.status())) << result.status();
  EXPECT_EQ(ReasonOf(result.status()), "SUB_CALL_FAILED");
  const Failures failures = Failures::From(result.status());
  ASSERT_EQ(failures.size(), 1);
  EXPECT_EQ(failures.first()->id, "late");
  EXPECT_EQ(failures.first()->delivery, Delivery::kNeverSent);
  EXPECT_TRUE(backend().WaitForCancels(1));
}

// semantics 59
TEST_P(LimitsTest, AGatherThatExpiresLeavesItsWaitersUnsent) {
  Answer("Slow", Hang());
  Options options = LimitedTo(2);
  options.timeout = absl::Milliseconds(100);
  const auto settled = GatherSettled(client(), options, CallsTo("Slow", 5));
  EXPECT_TRUE(absl::IsDeadlineExceeded(settled.status()));
  EXPECT_THAT(
      DispositionsOf(settled),
      ElementsAre(Disposition::kCancelled, Disposition::kCancelled, Disposition::kNotStarted,
                  Disposition::kNotStarted, Disposition::kNotStarted));
  EXPECT_EQ(settled[4].cause(), Cause::kGatherDeadline);
  EXPECT_EQ(backend().counts().calls, 2);
}

// semantics 58
TEST_P(LimitsTest, ALimitIsWholeAgainAfterAGatherThatFailed) {
  Answer("Bad", Fail(5, "no"));
  std::vector<Call<Text>> calls = CallsTo("Name", 50);
  calls.insert(calls.begin(), CallTo("Bad"));
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(absl::IsNotFound(Gather(client(), LimitedTo(2), calls).status()));
  }
  EXPECT_TRUE(Gather(client(), LimitedTo(2), CallsTo("Name", 50)).ok());
}

// semantics 60
TEST_P(LimitsTest, AGatherThatWaitsHoldsUpNoOther) {
  Hold("Slow");
  auto waiting = AsyncGather(client(), LimitedTo(1), CallsTo("Slow", 100));
  ASSERT_TRUE(backend().WaitForHeld(1));
  EXPECT_TRUE(Gather(client(), CallsTo("Name", 100)).ok());
  Release("Slow");
  EXPECT_TRUE(waiting.Get().ok());
}

// semantics 61
TEST_P(LimitsTest, FiveThousandCallsPassThroughALimitOfEight) {
  const auto result = Gather(client(), LimitedTo(8), CallsTo("Name", 5000));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->size(), 5000);
  EXPECT_LE(backend().counts().max_in_flight, 8);
}

}  // namespace
}  // namespace gather::test
