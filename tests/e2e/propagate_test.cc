#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gather/gather.h"
#include "tests/e2e/door_test.h"
#include "tests/support/behavior.h"

// The first failure is answered at once, and what was started runs on.
namespace gather::test {
namespace {

using ::testing::ElementsAre;

class PropagateTest : public DoorTest {
 protected:
  static Options PropagateOptions(std::uint32_t max_concurrency = 0) {
    Options options;
    options.policy = Propagate();
    options.max_concurrency = max_concurrency;
    return options;
  }

  // Lets what was detached end, so that nothing is left to be drained.
  void EndDetached(const std::string& method) {
    Release(method);
    EXPECT_TRUE(backend().WaitForIdle());
  }
};
INSTANTIATE_TEST_SUITE_P(Doors, PropagateTest, BothDoors(), DoorName());

// semantics 27
TEST_P(PropagateTest, TheFirstFailureIsAnsweredWhileItsSiblingsRunOn) {
  Hold("Slow");
  Hold("Bad");
  Answer("Bad", Fail(5, "no such user"));
  auto future = AsyncGatherSettled(client(), PropagateOptions(), CallTo("Slow"), CallTo("Bad"),
                                   CallTo("Slow"));
  ASSERT_TRUE(backend().WaitForHeld(3));
  Release("Bad");
  const auto settled = future.Get();
  EXPECT_TRUE(absl::IsNotFound(settled.status())) << settled.status();
  EXPECT_EQ(settled.summary().verdict, Verdict::kFailed);
  EXPECT_EQ(settled.summary().decided_by, 1);
  EXPECT_EQ(settled.summary().failed, 1);
  EXPECT_EQ(settled.summary().detached, 2);
  for (const Outcome<Text>* sibling : {&settled.get<0>(), &settled.get<2>()}) {
    EXPECT_EQ(sibling->disposition(), Disposition::kDetached);
    EXPECT_EQ(sibling->cause(), Cause::kUnspecified);
    EXPECT_EQ(sibling->delivery(), Delivery::kEffectUnknown);
    EXPECT_TRUE(absl::IsUnknown(sibling->status())) << sibling->status();
  }
  EXPECT_EQ(backend().counts().held, 2);
  EndDetached("Slow");
  EXPECT_EQ(backend().counts().cancelled, 0);
}

// semantics 27
TEST_P(PropagateTest, WhatWasQueuedIsNeverSent) {
  Hold("Slow");
  Hold("Bad");
  Answer("Bad", Fail(5, "no such user"));
  std::vector<Call<Text>> calls = {CallTo("Slow"), CallTo("Bad"), CallTo("Name"), CallTo("Name")};
  auto future = AsyncGatherSettled(client(), PropagateOptions(2), calls);
  ASSERT_TRUE(backend().WaitForHeld(2));
  Release("Bad");
  const auto settled = future.Get();
  EXPECT_THAT(DispositionsOf(settled),
              ElementsAre(Disposition::kDetached, Disposition::kFailed, Disposition::kNotStarted,
                          Disposition::kNotStarted));
  EXPECT_EQ(settled[3].cause(), Cause::kSiblingFailed);
  EXPECT_EQ(settled[3].caused_by(), 1);
  EXPECT_EQ(settled[3].delivery(), Delivery::kNeverSent);
  EndDetached("Slow");
  EXPECT_EQ(backend().counts().calls, 2);
}

// semantics 27
TEST_P(PropagateTest, WhatHadSucceededKeepsItsReply) {
  Hold("Bad");
  Answer("Bad", Fail(5, "no such user"));
  auto future =
      AsyncGatherSettled(client(), PropagateOptions(), CallTo("Name", "Ada"), CallTo("Bad"));
  ASSERT_TRUE(backend().WaitForHeld(1));
  ASSERT_TRUE(WaitForAnswers(1));
  Release("Bad");
  const auto settled = future.Get();
  EXPECT_TRUE(absl::IsNotFound(settled.status())) << settled.status();
  ASSERT_TRUE(settled.get<0>().ok()) << settled.get<0>().status();
  EXPECT_EQ(settled.get<0>()->value(), "Ada");
}

// semantics 27
TEST_P(PropagateTest, ValuesGiveWayToTheFailure) {
  Hold("Slow");
  Hold("Bad");
  Answer("Bad", Fail(5, "no such user"));
  auto future = AsyncGather(client(), PropagateOptions(), CallTo("Slow"), CallTo("Bad"));
  ASSERT_TRUE(backend().WaitForHeld(2));
  Release("Bad");
  const auto result = future.Get();
  EXPECT_TRUE(absl::IsNotFound(result.status())) << result.status();
  EXPECT_EQ(Failures::From(result.status()).size(), 1);
  EndDetached("Slow");
  EXPECT_EQ(backend().counts().cancelled, 0);
}

// semantics 27, 28
TEST_P(PropagateTest, WhatComesLaterDoesNotChangeTheAnswer) {
  Hold("Worse");
  Hold("Bad");
  Answer("Bad", Fail(5, "no such user"));
  Answer("Worse", Fail(13, "oops"));
  auto future = AsyncGatherSettled(client(), PropagateOptions(), CallTo("Worse"), CallTo("Bad"));
  ASSERT_TRUE(backend().WaitForHeld(2));
  Release("Bad");
  const auto settled = future.Get();
  EndDetached("Worse");
  ASSERT_TRUE(WaitForAnswers(2));
  EXPECT_TRUE(absl::IsNotFound(settled.status()));
  EXPECT_EQ(Failures::From(settled.status()).size(), 1);
  EXPECT_EQ(settled.get<0>().disposition(), Disposition::kDetached);
}

// semantics 27: an answer that was given leaves nothing for a cancel to reach.
TEST_P(PropagateTest, ACancelAfterTheAnswerReachesNoSibling) {
  Hold("Slow");
  Hold("Bad");
  Answer("Bad", Fail(5, "no such user"));
  auto future = AsyncGatherSettled(client(), PropagateOptions(), CallTo("Slow"), CallTo("Bad"));
  ASSERT_TRUE(backend().WaitForHeld(2));
  Release("Bad");
  EXPECT_TRUE(absl::IsNotFound(future.Get().status()));
  future.Cancel();
  ASSERT_TRUE(WaitForAnswers(1));
  EXPECT_EQ(backend().counts().held, 1);
  EndDetached("Slow");
  EXPECT_EQ(backend().counts().cancelled, 0);
}

// semantics 27, 51
TEST_P(PropagateTest, TheCallersCancelLeavesNobodyRunning) {
  Hold("Slow");
  auto future = AsyncGatherSettled(client(), PropagateOptions(), CallTo("Slow"), CallTo("Slow"));
  ASSERT_TRUE(backend().WaitForHeld(2));
  future.Cancel();
  const auto settled = future.Get();
  EXPECT_TRUE(absl::IsCancelled(settled.status())) << settled.status();
  EXPECT_EQ(settled.get<0>().disposition(), Disposition::kCancelled);
  EXPECT_EQ(settled.get<0>().cause(), Cause::kCaller);
  EXPECT_TRUE(backend().WaitForCancels(2));
}

// semantics 30
TEST_P(PropagateTest, WithoutAFailureItIsSatisfiedWhenAllHaveEnded) {
  Hold("Name");
  auto future = AsyncGatherSettled(client(), PropagateOptions(), CallTo("City", "Paris"),
                                   CallTo("Name", "Ada"));
  ASSERT_TRUE(backend().WaitForHeld(1));
  ASSERT_TRUE(WaitForAnswers(1));
  Release("Name");
  const auto settled = future.Get();
  EXPECT_TRUE(settled.status().ok()) << settled.status();
  EXPECT_EQ(settled.summary().verdict, Verdict::kSatisfied);
  EXPECT_EQ(settled.summary().decided_by, 1);
  EXPECT_EQ(settled.get<0>()->value(), "Paris");
  EXPECT_EQ(settled.get<1>()->value(), "Ada");
}

// semantics 2, 30
TEST_P(PropagateTest, NothingToDoIsDoneAtOnce) {
  const auto settled = GatherSettled(client(), PropagateOptions(), std::vector<Call<Text>>());
  EXPECT_TRUE(settled.status().ok()) << settled.status();
  EXPECT_EQ(settled.summary().verdict, Verdict::kSatisfied);
  EXPECT_TRUE(settled.empty());
}

}  // namespace
}  // namespace gather::test
