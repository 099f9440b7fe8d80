#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gather/gather.h"
#include "tests/e2e/door_test.h"
#include "tests/support/behavior.h"

// Each outcome as soon as it is there.
namespace gather::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AsCompletedTest : public DoorTest {
 protected:
  static Options With(const Policy& policy, std::uint32_t max_concurrency = 0) {
    Options options;
    options.policy = policy;
    options.max_concurrency = max_concurrency;
    return options;
  }

  // Reads the rest.
  template <typename Reply>
  static std::map<std::uint32_t, Outcome<Reply>> Drain(Completions<Reply>* completions) {
    std::map<std::uint32_t, Outcome<Reply>> outcomes;
    for (auto& [index, outcome] : *completions) {
      EXPECT_TRUE(outcomes.emplace(index, std::move(outcome)).second) << index;
    }
    return outcomes;
  }
};
INSTANTIATE_TEST_SUITE_P(Doors, AsCompletedTest, BothDoors(), DoorName());

// semantics 1, 38
TEST_P(AsCompletedTest, EachHasItsTurnWhenItEndsAndSaysWhichItIs) {
  for (const char* method : {"A", "B", "C"}) Hold(method);
  auto rows = AsCompleted(client(), CallTo("A", "a").Id("first"), CallTo("B", "b"),
                          CallTo("C", "c").Id("last"));
  ASSERT_TRUE(backend().WaitForHeld(3));
  Release("C");
  auto next = rows.begin();
  EXPECT_EQ(next->index, 2);
  EXPECT_EQ(next->outcome.id(), "last");
  EXPECT_EQ(next->outcome->value(), "c");
  Release("A");
  ++next;
  EXPECT_EQ(next->index, 0);
  EXPECT_EQ(next->outcome.id(), "first");
  EXPECT_TRUE(absl::IsFailedPrecondition(rows.status()));
  Release("B");
  ++next;
  EXPECT_EQ(next->index, 1);
  EXPECT_EQ(next->outcome.id(), "1");
  ++next;
  EXPECT_TRUE(next == rows.end());
  EXPECT_TRUE(rows.status().ok()) << rows.status();
  EXPECT_EQ(rows.summary().verdict, Verdict::kSatisfied);
  EXPECT_EQ(rows.summary().succeeded, 3);
}

// semantics 2, 38
TEST_P(AsCompletedTest, NothingToDoIsDoneAtOnce) {
  auto rows = AsCompleted(client(), std::vector<Call<Text>>());
  EXPECT_THAT(Drain(&rows), IsEmpty());
  EXPECT_TRUE(rows.status().ok()) << rows.status();
}

// semantics 39
TEST_P(AsCompletedTest, InCollectItGoesOnAfterAFailure) {
  Hold("Name");
  Answer("Bad", Fail(5, "no such user"));
  auto rows = AsCompleted(client(), CallTo("Name", "Ada"), CallTo("Bad"));
  auto next = rows.begin();
  EXPECT_EQ(next->index, 1);
  EXPECT_EQ(next->outcome.status(), absl::NotFoundError("no such user"));
  Release("Name");
  ++next;
  EXPECT_EQ(next->outcome->value(), "Ada");
  ++next;
  EXPECT_TRUE(next == rows.end());
  EXPECT_TRUE(rows.status().ok()) << rows.status();
  EXPECT_EQ(backend().counts().cancelled, 0);
}

// semantics 13, 14, 39
TEST_P(AsCompletedTest, InFailFastTheCancelledRestFollowsAndThenTheFailure) {
  Answer("Slow", Hang());
  Hold("Bad");
  Answer("Bad", Fail(5, "no such user"));
  auto rows = AsCompleted(client(), With(FailFast()), CallTo("Slow"), CallTo("Name", "Ada"),
                          CallTo("Bad").Id("user"), CallTo("Slow"));
  auto next = rows.begin();
  EXPECT_EQ(next->outcome->value(), "Ada");
  ASSERT_TRUE(backend().WaitForCalls(4));
  Release("Bad");
  ++next;
  EXPECT_EQ(next->index, 2);
  EXPECT_EQ(next->outcome.disposition(), Disposition::kFailed);
  for (int i = 0; i < 2; ++i) {
    ++next;
    EXPECT_EQ(next->outcome.disposition(), Disposition::kCancelled);
    EXPECT_EQ(next->outcome.cause(), Cause::kSiblingFailed);
    EXPECT_EQ(next->outcome.caused_by(), 2);
  }
  ++next;
  EXPECT_TRUE(next == rows.end());
  EXPECT_EQ(rows.status().message(), "sub-call 2 \"user\" (users /test.Users/Bad): no such user");
  EXPECT_EQ(rows.summary().decided_by, 2);
  EXPECT_TRUE(backend().WaitForCancels(2));
}

// semantics 12, 39
TEST_P(AsCompletedTest, ItsStatusListsEveryFailureInTheOrderOfTheCalls) {
  Hold("Bad");
  Answer("Bad", Fail(5, "no such user"));
  Answer("Worse", Fail(14, "down"));
  auto rows = AsCompleted(client(), With(Any()), CallTo("Bad"), CallTo("Worse"));
  auto next = rows.begin();
  EXPECT_EQ(next->index, 1);
  Release("Bad");
  ++next;
  ++next;
  EXPECT_TRUE(next == rows.end());
  EXPECT_TRUE(absl::IsUnavailable(rows.status())) << rows.status();
  std::vector<std::uint32_t> failed;
  for (const Failure& failure : Failures::From(rows.status())) failed.push_back(failure.index);
  EXPECT_THAT(failed, ElementsAre(0, 1));
}

// semantics 27, 38
TEST_P(AsCompletedTest, InPropagateWhatRunsOnHasItsTurnAtOnce) {
  Hold("Slow");
  Hold("Bad");
  Answer("Bad", Fail(5, "no such user"));
  auto rows = AsCompleted(client(), With(Propagate()), CallTo("Slow"), CallTo("Bad"));
  ASSERT_TRUE(backend().WaitForHeld(2));
  Release("Bad");
  const auto outcomes = Drain(&rows);
  ASSERT_EQ(outcomes.size(), 2);
  EXPECT_EQ(outcomes.at(0).disposition(), Disposition::kDetached);
  EXPECT_TRUE(absl::IsNotFound(rows.status())) << rows.status();
  Release("Slow");
  EXPECT_TRUE(backend().WaitForIdle());
  EXPECT_EQ(backend().counts().cancelled, 0);
}

// semantics 31, 38
TEST_P(AsCompletedTest, WhatASuccessStopsHasItsTurnToo) {
  Answer("Slow", Hang());
  Hold("Name");
  auto rows =
      AsCompleted(client(), With(Any(), 2), CallTo("Slow"), CallTo("Name", "Ada"), CallTo("Slow"));
  ASSERT_TRUE(backend().WaitForCalls(2));
  Release("Name");
  const auto outcomes = Drain(&rows);
  ASSERT_EQ(outcomes.size(), 3);
  EXPECT_EQ(outcomes.at(0).disposition(), Disposition::kCancelled);
  EXPECT_EQ(outcomes.at(0).cause(), Cause::kDecided);
  EXPECT_EQ(outcomes.at(2).disposition(), Disposition::kNotStarted);
  EXPECT_TRUE(rows.status().ok()) << rows.status();
}

// semantics 40
TEST_P(AsCompletedTest, AReaderThatLeavesEarlyCancelsTheRest) {
  Answer("Slow", Hang());
  std::vector<Call<Text>> calls = CallsTo("Slow", 20);
  calls.push_back(CallTo("Name", "Ada"));
  for (const auto& [index, outcome] : AsCompleted(client(), calls)) {
    EXPECT_EQ(index, 20);
    ASSERT_TRUE(backend().WaitForCalls(21));
    break;
  }
  EXPECT_TRUE(backend().WaitForCancels(20));
  EXPECT_TRUE(backend().WaitForIdle());
}

// semantics 25, 51, 52
TEST_P(AsCompletedTest, ItsCancelStopsTheRestWhichStillHasItsTurn) {
  Answer("Slow", Hang());
  auto rows = AsCompleted(client(), CallTo("Slow"), CallTo("Name", "Ada"), CallTo("Slow"));
  auto next = rows.begin();
  EXPECT_EQ(next->outcome->value(), "Ada");
  ASSERT_TRUE(backend().WaitForCalls(3));
  rows.Cancel();
  rows.Cancel();
  for (int i = 0; i < 2; ++i) {
    ++next;
    EXPECT_EQ(next->outcome.disposition(), Disposition::kCancelled);
    EXPECT_EQ(next->outcome.cause(), Cause::kCaller);
  }
  ++next;
  EXPECT_TRUE(next == rows.end());
  EXPECT_TRUE(absl::IsCancelled(rows.status())) << rows.status();
  rows.Cancel();
  EXPECT_TRUE(backend().WaitForCancels(2));
}

// semantics 66, 67
TEST_P(AsCompletedTest, AtItsDeadlineWhatHasNotEndedHasItsTurnToo) {
  Answer("Slow", Hang());
  Options options;
  options.timeout = absl::Milliseconds(500);
  auto rows = AsCompleted(client(), options, CallTo("Slow"), CallTo("Name", "Ada"));
  const auto outcomes = Drain(&rows);
  ASSERT_EQ(outcomes.size(), 2);
  EXPECT_EQ(outcomes.at(0).disposition(), Disposition::kCancelled);
  EXPECT_EQ(outcomes.at(0).cause(), Cause::kGatherDeadline);
  EXPECT_TRUE(outcomes.at(1).ok()) << outcomes.at(1).status();
  EXPECT_TRUE(absl::IsDeadlineExceeded(rows.status())) << rows.status();
  EXPECT_TRUE(backend().WaitForCancels(1));
}

// semantics 3, 4, 6
TEST_P(AsCompletedTest, ARefusedGatherSaysSoInEachTurn) {
  auto none = AsCompleted(client(), With(Race()), std::vector<Call<Text>>());
  EXPECT_THAT(Drain(&none), IsEmpty());
  EXPECT_EQ(ReasonOf(none.status()), "BAD_POLICY");

  auto rows = AsCompleted(client(), CallTo("Name"), Call<Text>("users", "no method", Text()));
  const auto outcomes = Drain(&rows);
  ASSERT_EQ(outcomes.size(), 2);
  for (const auto& [index, outcome] : outcomes) {
    EXPECT_EQ(outcome.disposition(), Disposition::kRejected);
    EXPECT_EQ(outcome.delivery(), Delivery::kNeverSent);
  }
  EXPECT_EQ(ReasonOf(rows.status()), "BAD_METHOD");
  EXPECT_EQ(backend().counts().calls, 0);
}

// semantics 56
TEST_P(AsCompletedTest, AShieldedCallOutlivesAReaderThatLeaves) {
  Hold("Pay");
  {
    auto rows = AsCompleted(client(), CallTo("Pay").Shielded(), CallTo("Name"));
    ASSERT_TRUE(backend().WaitForHeld(1));
    EXPECT_EQ(rows.begin()->index, 1);
  }
  ASSERT_TRUE(WaitForAnswers(1));
  Release("Pay");
  EXPECT_TRUE(backend().WaitForIdle());
  EXPECT_EQ(backend().counts().cancelled, 0);
}

// semantics 41
TEST_P(AsCompletedTest, ASlowReaderHoldsBackWhatIsNotStartedAndLosesNothing) {
  constexpr std::size_t kCalls = 64;
  Answer("Big", TextReply(std::string(1 << 20, 'x')));
  auto rows = AsCompleted(client(), With(Collect(), 2), CallsTo("Big", kCalls));
  // As much as may be unread is fetched, and then no more.
  ASSERT_TRUE(backend().WaitForCalls(4));
  EXPECT_FALSE(backend().WaitForCalls(kCalls - 16, std::chrono::milliseconds(400)));
  EXPECT_TRUE(Gather(client(), CallTo("Name")).ok());  // others are not held up
  std::size_t read = 0;
  for (const auto& [index, outcome] : rows) {
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    EXPECT_EQ(outcome->value().size(), 1 << 20);
    ++read;
  }
  EXPECT_EQ(read, kCalls);
  EXPECT_TRUE(rows.status().ok()) << rows.status();
}

}  // namespace
}  // namespace gather::test
