#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gather/gather.h"
#include "tests/e2e/door_test.h"
#include "tests/support/behavior.h"

// What runs on after its gather was answered: bounded, watched and never lost.
namespace gather::test {
namespace {

using ::testing::SizeIs;

class DetachedTest : public DoorTest {
 protected:
  explicit DetachedTest(const DoorSettings& settings = DoorSettings()) : DoorTest(settings) {}

  static Options With(const Policy& policy) {
    Options options;
    options.policy = policy;
    return options;
  }

  // The answer of a gather whose failure left a call of that method running.
  SettledTuple<Text, Text> Detach(const Call<Text>& call) {
    Hold("Bad");
    Answer("Bad", Fail(5, "no such user"));
    const std::size_t before = backend().counts().calls;
    auto future = AsyncGatherSettled(client(), With(Propagate()), call, CallTo("Bad"));
    EXPECT_TRUE(backend().WaitForCalls(before + 2));
    Release("Bad");
    auto settled = future.Get();
    EXPECT_EQ(settled.get<0>().disposition(), Disposition::kDetached);
    return settled;
  }
};
INSTANTIATE_TEST_SUITE_P(Doors, DetachedTest, BothDoors(), DoorName());

// semantics 28
TEST_P(DetachedTest, EachLaterFailureIsToldWithItsGather) {
  Hold("Worse");
  Answer("Worse", Fail(13, "oops"));
  const auto first = Detach(CallTo("Worse").Id("first"));
  const auto second = Detach(CallTo("Worse").Id("second"));
  Release("Worse");
  const auto ends = WaitForDetachedEnds(2);
  ASSERT_THAT(ends, SizeIs(2));
  EXPECT_EQ(ends[0].gather_id, first.summary().gather_id);
  EXPECT_EQ(ends[0].id, "first");
  EXPECT_EQ(ends[0].code, 13);
  EXPECT_EQ(ends[1].gather_id, second.summary().gather_id);
  EXPECT_EQ(ends[1].id, "second");
}

// semantics 28, 56
TEST_P(DetachedTest, AShieldedCallsLaterFailureIsToldToo) {
  Hold("Pay");
  Answer("Pay", Fail(8, "no funds"));
  auto future = AsyncGatherSettled(client(), CallTo("Pay").Shielded().Id("pay"), CallTo("Name"));
  ASSERT_TRUE(backend().WaitForHeld(1));
  future.Cancel();
  EXPECT_TRUE(absl::IsCancelled(future.Get().status()));
  ASSERT_TRUE(WaitForAnswers(1));
  Release("Pay");
  const auto ends = WaitForDetachedEnds(1);
  ASSERT_THAT(ends, SizeIs(1));
  EXPECT_EQ(ends[0].id, "pay");
  EXPECT_EQ(ends[0].code, 8);
}

// semantics 28
TEST_P(DetachedTest, ALaterSuccessIsNothingToTell) {
  Hold("Slow");
  Detach(CallTo("Slow"));
  Release("Slow");
  ASSERT_TRUE(backend().WaitForIdle());
  Hold("Worse");
  Answer("Worse", Fail(13, "oops"));
  Detach(CallTo("Worse").Id("later"));
  Release("Worse");
  const auto ends = WaitForDetachedEnds(1);
  ASSERT_THAT(ends, SizeIs(1));
  EXPECT_EQ(ends[0].id, "later");
}

// semantics 27, 29
TEST_P(DetachedTest, ItEndsAtTheDeadlineThatItWasSentWith) {
  Answer("Slow", Hang());
  Detach(CallTo("Slow").Timeout(absl::Seconds(1)).Id("slow"));
  EXPECT_TRUE(backend().WaitForCancels(1));
  const auto ends = WaitForDetachedEnds(1);
  ASSERT_THAT(ends, SizeIs(1));
  EXPECT_EQ(ends[0].code, 4);
}

class DetachedBoundTest : public DetachedTest {
 protected:
  DetachedBoundTest()
      : DetachedTest({.max_detached = 1, .detached_timeout = absl::Milliseconds(500)}) {}
};
INSTANTIATE_TEST_SUITE_P(Doors, DetachedBoundTest, BothDoors(), DoorName());

// semantics 27, 29
TEST_P(DetachedBoundTest, NothingRunsOnForLongerThanTheMaximum) {
  Answer("Slow", Hang());
  Detach(CallTo("Slow"));
  EXPECT_TRUE(backend().WaitForCancels(1));
}

// semantics 56
TEST_P(DetachedBoundTest, AShieldedCallHasTheMaximumFromItsStart) {
  Answer("Pay", Hang());
  const auto [pay] = GatherSettled(client(), CallTo("Pay").Shielded());
  EXPECT_TRUE(absl::IsDeadlineExceeded(pay.status())) << pay.status();
  EXPECT_EQ(pay.disposition(), Disposition::kFailed);
  EXPECT_EQ(pay.cause(), Cause::kSubCallDeadline);
  EXPECT_TRUE(backend().WaitForCancels(1));
}

// semantics 29
TEST_P(DetachedBoundTest, WhatExceedsTheLimitIsCancelledAtTheDecision) {
  Answer("Slow", Hang());
  Hold("Bad");
  Answer("Bad", Fail(5, "no such user"));
  auto future = AsyncGatherSettled(client(), With(Propagate()), CallTo("Slow"), CallTo("Slow"),
                                   CallTo("Bad"));
  ASSERT_TRUE(backend().WaitForCalls(3));
  Release("Bad");
  const auto settled = future.Get();
  EXPECT_EQ(settled.summary().detached, 1);
  EXPECT_EQ(settled.get<0>().disposition(), Disposition::kDetached);
  EXPECT_EQ(settled.get<1>().disposition(), Disposition::kCancelled);
  EXPECT_EQ(settled.get<1>().cause(), Cause::kLimit);
  EXPECT_TRUE(absl::IsResourceExhausted(settled.get<1>().status()));
  EXPECT_TRUE(backend().WaitForCancels(2));
}

class DetachedLimitTest : public DetachedTest {
 protected:
  DetachedLimitTest() : DetachedTest({.max_detached = 1}) {}
};
INSTANTIATE_TEST_SUITE_P(Doors, DetachedLimitTest, BothDoors(), DoorName());

// semantics 29
TEST_P(DetachedLimitTest, AtTheLimitMoreOfItIsRefusedUntilSomethingHasEnded) {
  Hold("Slow");
  Detach(CallTo("Slow"));
  const absl::Status refused[] = {
      Gather(client(), With(Propagate()), CallTo("Name")).status(),
      Gather(client(), CallTo("Name").Shielded()).status(),
  };
  for (const absl::Status& status : refused) {
    EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
    EXPECT_EQ(ReasonOf(status), "DETACH_LIMIT");
  }
  TaskGroup group(client(), With(Collect()));
  const Task<Text> task = group.Spawn(CallTo("Name").Shielded());
  EXPECT_EQ(task.Get().disposition(), Disposition::kRejected);
  EXPECT_EQ(ReasonOf(task.outcome().status()), "DETACH_LIMIT");
  EXPECT_TRUE(group.Wait().ok());
  EXPECT_TRUE(Gather(client(), CallTo("Name")).ok());
  const std::size_t ended = backend().counts().calls;
  Release("Slow");
  ASSERT_TRUE(WaitForAnswers(ended));
  const absl::Status status = Gather(client(), With(Propagate()), CallTo("Name")).status();
  EXPECT_TRUE(status.ok()) << status;
}

class DetachedShutdownTest : public DetachedTest {
 protected:
  DetachedShutdownTest() : DetachedTest({.drain_deadline = absl::Milliseconds(100)}) {}
};
INSTANTIATE_TEST_SUITE_P(Doors, DetachedShutdownTest, BothDoors(), DoorName());

// semantics 29
TEST_P(DetachedShutdownTest, TheEndOfTheEngineStopsIt) {
  Answer("Slow", Hang());
  Detach(CallTo("Slow"));
  EndEngine();
  EXPECT_TRUE(backend().WaitForCancels(1));
}

}  // namespace
}  // namespace gather::test
