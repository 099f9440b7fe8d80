#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gather/gather.h"
#include "tests/e2e/door_test.h"
#include "tests/support/behavior.h"

// As few as are needed decide, and the rest is cancelled.
namespace gather::test {
namespace {

using ::testing::ElementsAre;

class AnyRaceQuorumTest : public DoorTest {
 protected:
  static Options With(const Policy& policy, std::uint32_t max_concurrency = 0) {
    Options options;
    options.policy = policy;
    options.max_concurrency = max_concurrency;
    return options;
  }

  // Lets the held calls of that method be answered, and waits until `count` in all have been.
  void ReleaseAndWait(const std::string& method, std::size_t count) {
    Release(method);
    ASSERT_TRUE(WaitForAnswers(count));
  }

  template <typename Reply>
  static void ExpectDecidedAgainst(const Outcome<Reply>& outcome, std::uint32_t decided_by) {
    EXPECT_EQ(outcome.disposition(), Disposition::kCancelled);
    EXPECT_EQ(outcome.cause(), Cause::kDecided);
    EXPECT_EQ(outcome.caused_by(), decided_by);
    EXPECT_EQ(outcome.delivery(), Delivery::kEffectUnknown);
  }
};
INSTANTIATE_TEST_SUITE_P(Doors, AnyRaceQuorumTest, BothDoors(), DoorName());

// semantics 31
TEST_P(AnyRaceQuorumTest, AnysFirstSuccessDecidesAndTheRestIsCancelled) {
  Answer("Slow", Hang());
  Hold("Name");
  auto future = AsyncGatherSettled(client(), With(Any()), CallTo("Slow"), CallTo("Name", "Ada"),
                                   CallTo("Slow"));
  ASSERT_TRUE(backend().WaitForCalls(3));
  Release("Name");
  const auto settled = future.Get();
  EXPECT_TRUE(settled.status().ok()) << settled.status();
  EXPECT_EQ(settled.summary().verdict, Verdict::kSatisfied);
  EXPECT_EQ(settled.summary().decided_by, 1);
  EXPECT_EQ(settled.get<1>()->value(), "Ada");
  ExpectDecidedAgainst(settled.get<0>(), 1);
  ExpectDecidedAgainst(settled.get<2>(), 1);
  EXPECT_TRUE(backend().WaitForCancels(2));
}

// semantics 31
TEST_P(AnyRaceQuorumTest, AnyBearsFailuresThatComeBeforeASuccess) {
  Answer("Bad", Fail(14, "down"));
  Hold("Name");
  auto future = AsyncGatherAny(client(), CallTo("Bad"), CallTo("Bad"), CallTo("Name", "Ada"));
  ASSERT_TRUE(backend().WaitForHeld(1));
  ASSERT_TRUE(WaitForAnswers(2));
  Release("Name");
  const auto winner = future.Get();
  ASSERT_TRUE(winner.ok()) << winner.status();
  EXPECT_EQ(winner->index, 2);
  EXPECT_EQ(winner->value.value(), "Ada");
}

// semantics 18, 31
TEST_P(AnyRaceQuorumTest, WhatAnyHadQueuedIsNeverSent) {
  Hold("Name");
  auto future = AsyncGatherSettled(client(), With(Any(), 1), CallsTo("Name", 3));
  ASSERT_TRUE(backend().WaitForHeld(1));
  Release("Name");
  const auto settled = future.Get();
  EXPECT_THAT(
      DispositionsOf(settled),
      ElementsAre(Disposition::kSucceeded, Disposition::kNotStarted, Disposition::kNotStarted));
  EXPECT_EQ(settled[2].cause(), Cause::kDecided);
  EXPECT_EQ(settled[2].caused_by(), 0);
  ASSERT_TRUE(WaitForAnswers(1));
  EXPECT_EQ(backend().counts().calls, 1);
}

// semantics 32: in the order of the request; the code is that of the failure that came first.
TEST_P(AnyRaceQuorumTest, AnyListsAllFailuresWhenAllFail) {
  for (const char* method : {"Bad", "Worse", "Worst"}) Hold(method);
  Answer("Bad", Fail(5, "no such user"));
  Answer("Worse", Fail(14, "down"));
  Answer("Worst", Fail(13, "oops"));
  auto future = AsyncGatherAny(client(), CallTo("Bad"), CallTo("Worse"), CallTo("Worst"));
  ASSERT_TRUE(backend().WaitForHeld(3));
  ReleaseAndWait("Worst", 1);
  ReleaseAndWait("Bad", 2);
  Release("Worse");
  const auto winner = future.Get();
  EXPECT_TRUE(absl::IsInternal(winner.status())) << winner.status();
  std::vector<absl::Status> failures;
  for (const Failure& failure : Failures::From(winner.status())) failures.push_back(failure.status);
  EXPECT_THAT(failures, ElementsAre(absl::NotFoundError("no such user"),
                                    absl::UnavailableError("down"), absl::InternalError("oops")));
}

// semantics 33
TEST_P(AnyRaceQuorumTest, ARacesFirstEndDecidesWhenItIsGood) {
  Answer("Slow", Hang());
  Hold("Name");
  auto future = AsyncGatherRace(client(), CallTo("Slow"), CallTo("Name", "Ada"));
  ASSERT_TRUE(backend().WaitForCalls(2));
  Release("Name");
  const auto winner = future.Get();
  ASSERT_TRUE(winner.ok()) << winner.status();
  EXPECT_EQ(winner->index, 1);
  EXPECT_EQ(winner->value.value(), "Ada");
  EXPECT_TRUE(backend().WaitForCancels(1));
}

// semantics 33
TEST_P(AnyRaceQuorumTest, ARacesFirstEndDecidesWhenItIsBad) {
  Answer("Slow", Hang());
  Hold("Bad");
  Answer("Bad", Fail(5, "no such user"));
  auto future = AsyncGatherSettled(client(), With(Race()), CallTo("Slow"), CallTo("Bad"));
  ASSERT_TRUE(backend().WaitForCalls(2));
  Release("Bad");
  const auto settled = future.Get();
  EXPECT_TRUE(absl::IsNotFound(settled.status())) << settled.status();
  EXPECT_EQ(settled.summary().decided_by, 1);
  ExpectDecidedAgainst(settled.get<0>(), 1);
  EXPECT_TRUE(backend().WaitForCancels(1));
}

// semantics 34
TEST_P(AnyRaceQuorumTest, AQuorumIsReachedWithItsLastSuccessAndNotBefore) {
  Answer("Slow", Hang());
  Hold("Name");
  auto future = AsyncGatherSettled(client(), With(Quorum(2)), CallTo("City", "Paris"),
                                   CallTo("Slow"), CallTo("Name", "Ada"));
  ASSERT_TRUE(backend().WaitForCalls(3));
  ASSERT_TRUE(WaitForAnswers(1));
  EXPECT_EQ(backend().counts().cancelled, 0);
  Release("Name");
  const auto settled = future.Get();
  EXPECT_TRUE(settled.status().ok()) << settled.status();
  EXPECT_EQ(settled.summary().decided_by, 2);
  EXPECT_EQ(settled.get<0>()->value(), "Paris");
  EXPECT_EQ(settled.get<2>()->value(), "Ada");
  ExpectDecidedAgainst(settled.get<1>(), 2);
  EXPECT_TRUE(backend().WaitForCancels(1));
}

// semantics 34: the second of two failures among three leaves one, and two are asked for.
TEST_P(AnyRaceQuorumTest, AQuorumFailsAsSoonAsItCannotBeReached) {
  Answer("Slow", Hang());
  Hold("Bad");
  Hold("Worse");
  Answer("Bad", Fail(5, "no such user"));
  Answer("Worse", Fail(14, "down"));
  auto future =
      AsyncGatherSettled(client(), With(Quorum(2)), CallTo("Bad"), CallTo("Worse"), CallTo("Slow"));
  ASSERT_TRUE(backend().WaitForCalls(3));
  ReleaseAndWait("Worse", 1);
  EXPECT_EQ(backend().counts().cancelled, 0);
  Release("Bad");
  const auto settled = future.Get();
  EXPECT_TRUE(absl::IsUnavailable(settled.status())) << settled.status();
  EXPECT_EQ(settled.summary().verdict, Verdict::kFailed);
  EXPECT_EQ(settled.summary().decided_by, 0);
  EXPECT_EQ(Failures::From(settled.status()).size(), 2);
  ExpectDecidedAgainst(settled.get<2>(), 0);
  EXPECT_TRUE(backend().WaitForCancels(1));
}

// semantics 34
TEST_P(AnyRaceQuorumTest, AQuorumGivesItsWinnersInTheOrderOfTheCalls) {
  Answer("Bad", Fail(5, "no such user"));
  const auto winners =
      GatherQuorum(client(), 2, CallTo("Name", "Ada"), CallTo("Bad"), CallTo("City", "Paris"));
  ASSERT_TRUE(winners.ok()) << winners.status();
  ASSERT_EQ(winners->size(), 2);
  EXPECT_EQ((*winners)[0].index, 0);
  EXPECT_EQ((*winners)[0].value.value(), "Ada");
  EXPECT_EQ((*winners)[1].index, 2);
}

// semantics 3, 35
TEST_P(AnyRaceQuorumTest, WhatCannotBeReachedFromTheStartIsRefusedAtOnce) {
  const std::vector<Call<Text>> none;
  const auto name = [] { return CallTo("Name"); };
  const absl::Status refused[] = {
      GatherAny(client(), none).status(),
      GatherRace(client(), none).status(),
      GatherQuorum(client(), 1, none).status(),
      GatherQuorum(client(), 0, name(), name()).status(),
      GatherQuorum(client(), 3, name(), name()).status(),
      GatherQuorum(client(), 1, name().Optional()).status(),
      GatherAny(client(), name().Optional()).status(),
      GatherRace(client(), name().Optional(), name().Optional()).status(),
      GatherSettled(client(), With(Quorum(2)), name(), name().Optional()).status(),
  };
  for (const absl::Status& status : refused) {
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_EQ(ReasonOf(status), "BAD_POLICY") << status;
  }
  EXPECT_EQ(backend().counts().calls, 0);
}

// semantics 5, 37: whatever comes together with the end that decides, that end stands.
TEST_P(AnyRaceQuorumTest, ADecisionIsTakenOnceThoughAllEndAtOnce) {
  Answer("Bad", Fail(5, "no such user"));
  std::vector<Call<Text>> calls = CallsTo("Name", 50);
  for (std::size_t i = 1; i < calls.size(); i += 2) calls[i] = CallTo("Bad", absl::StrCat(i));
  for (int round = 0; round < 20; ++round) {
    const auto settled = GatherSettled(client(), With(Race()), calls);
    ASSERT_TRUE(settled.summary().decided_by.has_value());
    const Outcome<Text>& first = settled[*settled.summary().decided_by];
    EXPECT_EQ(settled.status().code(), first.status().code()) << settled.status();
    for (const Outcome<Text>& outcome : settled) {
      const bool stopped = outcome.disposition() == Disposition::kCancelled ||
                           outcome.disposition() == Disposition::kNotStarted;
      EXPECT_EQ(outcome.cause(), stopped ? Cause::kDecided : Cause::kUnspecified);
      EXPECT_EQ(outcome.caused_by().value_or(first.index()), first.index());
      EXPECT_EQ(outcome.caused_by().has_value(), stopped);
    }
  }
  EXPECT_TRUE(backend().WaitForIdle());
}

// semantics 31, 51
TEST_P(AnyRaceQuorumTest, TheCallersCancelReachesEveryCandidate) {
  Answer("Slow", Hang());
  auto future = AsyncGatherAny(client(), CallsTo("Slow", 10));
  ASSERT_TRUE(backend().WaitForCalls(10));
  future.Cancel();
  EXPECT_TRUE(absl::IsCancelled(future.Get().status()));
  EXPECT_TRUE(backend().WaitForCancels(10));
}

}  // namespace
}  // namespace gather::test
