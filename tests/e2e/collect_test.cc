#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gather/gather.h"
#include "tests/e2e/door_test.h"
#include "tests/support/behavior.h"

// Every outcome stands for itself.
namespace gather::test {
namespace {

class CollectTest : public DoorTest {};
INSTANTIATE_TEST_SUITE_P(Doors, CollectTest, BothDoors(), DoorName());

// semantics 22
TEST_P(CollectTest, EachFailureStandsInItsOwnSlot) {
  Answer("Bad", Fail(5, "no such user"));
  Answer("Worse", Fail(14, "down"));
  const auto settled =
      GatherSettled(client(), CallTo("Bad"), CallTo("Name", "Ada"), CallTo("Worse"));
  EXPECT_TRUE(settled.status().ok()) << settled.status();
  EXPECT_EQ(settled.summary().verdict, Verdict::kSatisfied);
  EXPECT_EQ(settled.get<0>().status(), absl::NotFoundError("no such user"));
  ASSERT_TRUE(settled.get<1>().ok());
  EXPECT_EQ(settled.get<1>()->value(), "Ada");
  EXPECT_EQ(settled.get<2>().status(), absl::UnavailableError("down"));
}

// semantics 22
TEST_P(CollectTest, ItIsSatisfiedThoughAllFail) {
  Answer("Bad", Fail(13, "oops"));
  const auto settled = GatherSettled(client(), CallsTo("Bad", 40));
  EXPECT_TRUE(settled.status().ok()) << settled.status();
  EXPECT_EQ(settled.summary().verdict, Verdict::kSatisfied);
  EXPECT_EQ(settled.summary().failed, 40);
  for (const Outcome<Text>& outcome : settled) {
    EXPECT_EQ(outcome.status(), absl::InternalError("oops"));
  }
}

// semantics 23
TEST_P(CollectTest, AFailureCancelsNobody) {
  Answer("Bad", Fail(5, "no"));
  Hold("Name");
  auto future = AsyncGatherSettled(client(), CallTo("Bad"), CallTo("Name", "Ada"));
  ASSERT_TRUE(backend().WaitForHeld(1));
  ASSERT_TRUE(Gather(client(), CallTo("City")).ok());  // by now "Bad" has failed
  Release("Name");
  const auto settled = future.Get();
  EXPECT_FALSE(settled.get<0>().ok());
  EXPECT_TRUE(settled.get<1>().ok()) << settled.get<1>().status();
  EXPECT_EQ(backend().counts().cancelled, 0);
}

// semantics 24
TEST_P(CollectTest, MoreFailuresThanItBearsFailItAndCancelTheRest) {
  Answer("Slow", Hang());
  Hold("Bad");
  Hold("Worse");
  Answer("Bad", Fail(5, "no such user"));
  Answer("Worse", Fail(14, "down"));
  Options options;
  options.policy = Collect(1);
  auto future =
      AsyncGatherSettled(client(), options, CallTo("Bad"), CallTo("Slow"), CallTo("Worse"));
  ASSERT_TRUE(backend().WaitForCalls(3));
  Release("Worse");
  ASSERT_TRUE(WaitForAnswers(1));
  EXPECT_EQ(backend().counts().cancelled, 0);
  Release("Bad");
  const auto settled = future.Get();
  EXPECT_TRUE(absl::IsUnavailable(settled.status())) << settled.status();
  EXPECT_EQ(settled.summary().verdict, Verdict::kFailed);
  EXPECT_EQ(settled.summary().decided_by, 0);
  EXPECT_EQ(Failures::From(settled.status()).size(), 2);
  EXPECT_EQ(settled.get<1>().disposition(), Disposition::kCancelled);
  EXPECT_EQ(settled.get<1>().cause(), Cause::kDecided);
  EXPECT_EQ(settled.get<1>().caused_by(), 0);
  EXPECT_TRUE(backend().WaitForCancels(1));
}

// semantics 24
TEST_P(CollectTest, AsManyFailuresAsItBearsFailNothing) {
  Answer("Bad", Fail(5, "no such user"));
  Options options;
  options.policy = Collect(2);
  const auto settled =
      GatherSettled(client(), options, CallTo("Bad"), CallTo("Name", "Ada"), CallTo("Bad"));
  EXPECT_TRUE(settled.status().ok()) << settled.status();
  EXPECT_EQ(settled.summary().failed, 2);
  EXPECT_EQ(settled.get<1>()->value(), "Ada");
}

// semantics 18, 24
TEST_P(CollectTest, WhatWasQueuedWhenItFailedIsNeverSent) {
  Answer("Bad", Fail(5, "no such user"));
  Options options;
  options.policy = Collect(0);
  options.max_concurrency = 1;
  const auto settled = GatherSettled(client(), options, CallTo("Bad"), CallTo("Name"));
  EXPECT_TRUE(absl::IsNotFound(settled.status())) << settled.status();
  EXPECT_EQ(settled.get<1>().disposition(), Disposition::kNotStarted);
  EXPECT_EQ(settled.get<1>().cause(), Cause::kDecided);
  EXPECT_EQ(MethodsSeen(), std::vector<std::string>{"Bad"});
}

// semantics 25
TEST_P(CollectTest, ACancelByTheCallerIsNoNormalAnswer) {
  Answer("Slow", Hang());
  auto future = AsyncGatherSettled(client(), CallTo("Name"), CallTo("Slow"));
  ASSERT_TRUE(backend().WaitForCalls(2));
  future.Cancel();
  const auto settled = future.Get();
  EXPECT_TRUE(absl::IsCancelled(settled.status())) << settled.status();
  EXPECT_EQ(settled.get<1>().disposition(), Disposition::kCancelled);
  EXPECT_EQ(settled.get<1>().cause(), Cause::kCaller);
  EXPECT_TRUE(backend().WaitForCancels(1));
}

// semantics 26
TEST_P(CollectTest, WhatIsWrongWithTheGatherItselfIsNotHiddenInASlot) {
  Options options;
  options.label = std::string(300, 'x');
  const auto settled = GatherSettled(client(), options, CallTo("Name"));
  EXPECT_TRUE(absl::IsInvalidArgument(settled.status()));
  EXPECT_EQ(ReasonOf(settled.status()), "BAD_LABEL");
  EXPECT_EQ(settled.summary().verdict, Verdict::kNone);
  EXPECT_EQ(backend().counts().calls, 0);
}

// semantics 36
TEST_P(CollectTest, ARequiredCallsFailureFailsIt) {
  Hold("Bad");
  Answer("Bad", Fail(5, "no such user"));
  Answer("Slow", Hang());
  auto future = AsyncGatherSettled(client(), CallTo("Slow"), CallTo("Bad").Id("user").Required());
  ASSERT_TRUE(backend().WaitForCalls(2));
  Release("Bad");
  const auto settled = future.Get();
  EXPECT_TRUE(absl::IsNotFound(settled.status()));
  EXPECT_EQ(settled.summary().decided_by, 1);
  EXPECT_EQ(settled.get<0>().disposition(), Disposition::kCancelled);
  EXPECT_EQ(settled.get<0>().cause(), Cause::kSiblingFailed);
}

// semantics 36
TEST_P(CollectTest, ItWaitsForEveryCallOptionalOnesToo) {
  Hold("Ad");
  auto future = AsyncGatherSettled(client(), CallTo("Name"), CallTo("Ad", "buy").Optional());
  ASSERT_TRUE(backend().WaitForHeld(1));
  ASSERT_TRUE(Gather(client(), CallTo("City")).ok());
  Release("Ad");
  const auto settled = future.Get();
  ASSERT_TRUE(settled.get<1>().ok()) << settled.get<1>().status();
  EXPECT_EQ((*settled.get<1>())->value(), "buy");
}

// semantics 22
TEST_P(CollectTest, AnOptionalCallsOutcomeStillTellsHowItFailed) {
  Answer("Bad", Fail(5, "no such user"));
  const auto [ad] = GatherSettled(client(), CallTo("Bad").Optional());
  EXPECT_EQ(ad.disposition(), Disposition::kFailed);
  EXPECT_EQ(ad.status(), absl::NotFoundError("no such user"));
}

// semantics 7
TEST_P(CollectTest, AReplyThatDoesNotParseFailsItsSlotOnly) {
  Answer("Garbage", Reply("\xff"));
  const auto settled = GatherSettled(client(), CallTo("Garbage"), CallTo("Name", "Ada"));
  EXPECT_TRUE(settled.status().ok());
  EXPECT_TRUE(absl::IsInternal(settled.get<0>().status()));
  EXPECT_EQ(settled.get<0>().disposition(), Disposition::kFailed);
  EXPECT_EQ(settled.get<0>().origin(), Origin::kOrchestrator);
  EXPECT_EQ(settled.get<0>().delivery(), Delivery::kAnswered);
  EXPECT_EQ(settled.summary().succeeded, 1);
  EXPECT_EQ(settled.summary().failed, 1);
}

}  // namespace
}  // namespace gather::test
