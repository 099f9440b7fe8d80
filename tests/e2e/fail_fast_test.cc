#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "gather/gather.h"
#include "tests/e2e/door_test.h"
#include "tests/support/behavior.h"

// The first failure decides, and what has not ended is ended.
namespace gather::test {
namespace {

using ::testing::ElementsAre;

class FailFastTest : public DoorTest {
 protected:
  static Options FailFastOptions(std::uint32_t max_concurrency = 0) {
    Options options;
    options.policy = FailFast();
    options.max_concurrency = max_concurrency;
    return options;
  }
};
INSTANTIATE_TEST_SUITE_P(Doors, FailFastTest, BothDoors(), DoorName());

// semantics 10, 13
TEST_P(FailFastTest, TheFirstFailureCancelsTheRestAndNamesItself) {
  Answer("Slow", Hang());
  Hold("Bad");
  Answer("Bad", Fail(5, "no such user"));
  auto future = AsyncGatherSettled(client(), FailFastOptions(), CallTo("Slow"),
                                   CallTo("Bad").Id("user"), CallTo("Slow"));
  ASSERT_TRUE(backend().WaitForCalls(3));
  Release("Bad");
  const auto settled = future.Get();
  EXPECT_EQ(settled.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(settled.status().message(),
            "sub-call 1 \"user\" (users /test.Users/Bad): no such user");
  EXPECT_EQ(ReasonOf(settled.status()), "SUB_CALL_FAILED");
  EXPECT_EQ(settled.summary().verdict, Verdict::kFailed);
  EXPECT_EQ(settled.summary().decided_by, 1);
  for (const Outcome<Text>* sibling : {&settled.get<0>(), &settled.get<2>()}) {
    EXPECT_EQ(sibling->disposition(), Disposition::kCancelled);
    EXPECT_EQ(sibling->cause(), Cause::kSiblingFailed);
    EXPECT_EQ(sibling->caused_by(), 1);
    EXPECT_TRUE(absl::IsCancelled(sibling->status()));
    EXPECT_EQ(sibling->origin(), Origin::kOrchestrator);
    EXPECT_EQ(sibling->delivery(), Delivery::kEffectUnknown);
  }
  EXPECT_EQ(Failures::From(settled.status()).size(), 1);
  EXPECT_TRUE(backend().WaitForCancels(2));
}

// semantics 10
TEST_P(FailFastTest, AnUnreachableBackendIsAFailureLikeAnyOther) {
  Answer("Slow", Hang());
  const auto result = Gather(client(), CallTo("Slow"), Call<Text>("nowhere", "/a.B/C", Text()));
  EXPECT_TRUE(absl::IsUnavailable(result.status())) << result.status();
}

// semantics 11
TEST_P(FailFastTest, NothingOutlivesTheAnswer) {
  Answer("Slow", Hang());
  Answer("Bad", Fail(5, "no"));
  std::vector<Call<Text>> calls = CallsTo("Slow", 50);
  calls.push_back(CallTo("Bad"));
  const auto settled = GatherSettled(client(), FailFastOptions(), calls);
  for (const Outcome<Text>& outcome : settled) {
    EXPECT_NE(outcome.disposition(), Disposition::kDetached);
    EXPECT_NE(outcome.disposition(), Disposition::kUnspecified);
  }
  EXPECT_TRUE(backend().WaitForIdle());
}

// semantics 12
TEST_P(FailFastTest, SeveralFailuresAreListedInRequestOrder) {
  Hold("Bad");
  Answer("Bad", Fail(5, "no such user"));
  Answer("Worse", Fail(14, "down"));
  auto future = AsyncGather(client(), CallTo("Name"), CallTo("Bad").Id("late"),
                            CallTo("Worse").Id("early").Optional());
  ASSERT_TRUE(backend().WaitForCalls(3));
  // "Worse" has ended once a second gather that came after it has.
  ASSERT_TRUE(Gather(client(), CallTo("Name")).ok());
  Release("Bad");
  const auto result = future.Get();
  EXPECT_EQ(result.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(result.status().message(),
            "sub-call 1 \"late\" (users /test.Users/Bad): no such user (+1 more)");
  std::vector<std::string> ids;
  for (const Failure& failure : Failures::From(result.status())) ids.push_back(failure.id);
  EXPECT_THAT(ids, ElementsAre("late", "early"));
}

// semantics 14
TEST_P(FailFastTest, WhatHadSucceededKeepsItsReply) {
  Hold("Bad");
  Answer("Bad", Fail(5, "no"));
  auto future =
      AsyncGatherSettled(client(), FailFastOptions(), CallTo("Name", "Ada"), CallTo("Bad"));
  ASSERT_TRUE(backend().WaitForCalls(2));
  ASSERT_TRUE(Gather(client(), CallTo("Name")).ok());
  Release("Bad");
  const auto settled = future.Get();
  EXPECT_TRUE(absl::IsNotFound(settled.status()));
  ASSERT_TRUE(settled.get<0>().ok()) << settled.get<0>().status();
  EXPECT_EQ(settled.get<0>()->value(), "Ada");
}

// semantics 18, 19
TEST_P(FailFastTest, WhatWasQueuedIsNeverSent) {
  Hold("Bad");
  Answer("Bad", Fail(5, "no"));
  Answer("Slow", Hang());
  std::vector<Call<Text>> calls = CallsTo("Slow", 20);
  calls.insert(calls.begin(), CallTo("Bad"));
  auto future = AsyncGatherSettled(client(), FailFastOptions(3), calls);
  ASSERT_TRUE(backend().WaitForCalls(3));
  Release("Bad");
  const auto settled = future.Get();
  EXPECT_EQ(settled.summary().failed, 1);
  EXPECT_EQ(settled.summary().cancelled, 2);
  EXPECT_EQ(settled.summary().not_started, 18);
  EXPECT_EQ(settled[20].disposition(), Disposition::kNotStarted);
  EXPECT_EQ(settled[20].cause(), Cause::kSiblingFailed);
  EXPECT_EQ(settled[20].caused_by(), 0);
  EXPECT_EQ(settled[20].delivery(), Delivery::kNeverSent);
  ASSERT_TRUE(backend().WaitForIdle());
  EXPECT_EQ(backend().counts().calls, 3);
}

// semantics 20
TEST_P(FailFastTest, AFailureWhileTheRestIsLaunchedLosesNoCancel) {
  Answer("Bad", Fail(5, "no"));
  Answer("Slow", Hang());
  std::vector<Call<Text>> calls = CallsTo("Slow", 2000);
  calls.insert(calls.begin(), CallTo("Bad"));
  Options options = FailFastOptions();
  options.max_concurrency = 1000;
  const auto settled = GatherSettled(client(), options, calls);
  const Summary& summary = settled.summary();
  EXPECT_EQ(summary.failed, 1);
  EXPECT_EQ(summary.cancelled + summary.not_started, 2000);
  EXPECT_TRUE(backend().WaitForIdle());
}

// semantics 21
TEST_P(FailFastTest, ABackendsOwnCancelledIsARealFailure) {
  Hold("Bad");
  Answer("Bad", Fail(1, "I give up"));
  Answer("Slow", Hang());
  auto future =
      AsyncGatherSettled(client(), FailFastOptions(), CallTo("Slow"), CallTo("Bad").Id("user"));
  ASSERT_TRUE(backend().WaitForCalls(2));
  Release("Bad");
  const auto settled = future.Get();
  EXPECT_TRUE(absl::IsCancelled(settled.status()));
  EXPECT_EQ(ReasonOf(settled.status()), "SUB_CALL_FAILED");
  EXPECT_EQ(settled.get<1>().disposition(), Disposition::kFailed);
  EXPECT_EQ(settled.get<1>().origin(), Origin::kBackend);
  EXPECT_EQ(settled.get<1>().delivery(), Delivery::kAnswered);
  EXPECT_EQ(settled.get<0>().disposition(), Disposition::kCancelled);
  EXPECT_EQ(settled.get<0>().origin(), Origin::kOrchestrator);
}

// semantics 36
TEST_P(FailFastTest, AnOptionalCallsFailureCancelsNobody) {
  Answer("Bad", Fail(5, "no"));
  Hold("Name");
  auto future = AsyncGather(client(), CallTo("Name", "Ada"), CallTo("Bad").Optional());
  ASSERT_TRUE(backend().WaitForHeld(1));
  ASSERT_TRUE(Gather(client(), CallTo("City")).ok());
  Release("Name");
  const auto result = future.Get();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(std::get<0>(*result).value(), "Ada");
  EXPECT_EQ(std::get<1>(*result), std::nullopt);
  EXPECT_EQ(backend().counts().cancelled, 0);
}

// semantics 36
TEST_P(FailFastTest, AnOptionalCallIsWaitedForLikeAnyOther) {
  Hold("Ad");
  auto future = AsyncGather(client(), CallTo("Name", "Ada"), CallTo("Ad", "buy").Optional());
  ASSERT_TRUE(backend().WaitForHeld(1));
  ASSERT_TRUE(Gather(client(), CallTo("City")).ok());
  Release("Ad");
  const auto result = future.Get();
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_TRUE(std::get<1>(*result).has_value());
  EXPECT_EQ(std::get<1>(*result)->value(), "buy");
}

}  // namespace
}  // namespace gather::test
