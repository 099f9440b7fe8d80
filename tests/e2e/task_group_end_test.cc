#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gather/gather.h"
#include "gather/v1/gather.pb.h"
#include "tests/e2e/door_test.h"
#include "tests/support/behavior.h"

// How groups end that do not end by themselves: one task or all of them cancelled, ended early,
// left behind, refused.
namespace gather::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class TaskGroupEndTest : public DoorTest {
 protected:
  static Options With(const Policy& policy, std::uint32_t max_concurrency = 0) {
    Options options;
    options.policy = policy;
    options.max_concurrency = max_concurrency;
    return options;
  }

  // Collects what groups say about failures that nobody looked at.
  TaskGroupLog Log() {
    return [this](absl::string_view line) {
      const std::lock_guard lock(mutex_);
      lines_.emplace_back(line);
    };
  }

  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};
INSTANTIATE_TEST_SUITE_P(Doors, TaskGroupEndTest, BothDoors(), DoorName());

// semantics 45
TEST_P(TaskGroupEndTest, EndedEarlyWhatHasFinishedStandsAndTheRestIsStopped) {
  Answer("Slow", Hang());
  for (const Policy& policy : {FailFast(), Collect(), Propagate()}) {
    SCOPED_TRACE(v1::Mode_Name(policy.mode()));
    const auto before = backend().counts();
    TaskGroup group(client(), With(policy, 1));
    const Task<Text> name = group.Spawn(CallTo("Name", "Ada"));
    const Task<Text> slow = group.Spawn(CallTo("Slow"));
    const Task<Text> queued = group.Spawn(CallTo("Name"));
    ASSERT_TRUE(backend().WaitForCalls(before.calls + 2));
    group.EndEarly();
    const absl::Status status = group.Wait();
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(group.summary().verdict, Verdict::kSatisfied);
    EXPECT_EQ(group.summary().decided_by, std::nullopt);
    EXPECT_EQ(name.outcome()->value(), "Ada");
    EXPECT_EQ(slow.outcome().disposition(), Disposition::kCancelled);
    EXPECT_EQ(slow.outcome().cause(), Cause::kGroupEnded);
    EXPECT_EQ(queued.outcome().disposition(), Disposition::kNotStarted);
    EXPECT_EQ(queued.outcome().cause(), Cause::kGroupEnded);
    EXPECT_TRUE(backend().WaitForCancels(before.cancelled + 1));
  }
}

// semantics 45
TEST_P(TaskGroupEndTest, EndedEarlyWhatWasNotReachedHasFailed) {
  Answer("Slow", Hang());
  for (const Policy& policy : {Any(), Race(), Quorum(2)}) {
    SCOPED_TRACE(v1::Mode_Name(policy.mode()));
    const auto before = backend().counts();
    TaskGroup group(client(), With(policy));
    group.Spawn(CallTo("Slow"));
    ASSERT_TRUE(backend().WaitForCalls(before.calls + 1));
    group.EndEarly();
    const absl::Status status = group.Wait();
    EXPECT_TRUE(absl::IsCancelled(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("ended early before"));
    EXPECT_EQ(group.summary().verdict, Verdict::kFailed);
  }
}

// semantics 45
TEST_P(TaskGroupEndTest, EndedEarlyWithARequiredTaskOpenItHasFailed) {
  Answer("Slow", Hang());
  TaskGroup group(client(), With(Collect()));
  group.Spawn(CallTo("Name")).Get();
  group.Spawn(CallTo("Slow").Required());
  ASSERT_TRUE(backend().WaitForCalls(2));
  group.EndEarly();
  const absl::Status status = group.Wait();
  EXPECT_TRUE(absl::IsCancelled(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("ended early before"));
}

// semantics 45
TEST_P(TaskGroupEndTest, EndedEarlyRealFailuresStillShow) {
  Answer("Bad", Fail(5, "no such user"));
  Answer("Slow", Hang());
  TaskGroup group(client(), With(Any()));
  group.Spawn(CallTo("Bad")).Get();
  group.Spawn(CallTo("Slow"));
  ASSERT_TRUE(backend().WaitForCalls(2));
  group.EndEarly();
  const absl::Status status = group.Wait();
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_EQ(Failures::From(status).size(), 1);
}

// semantics 45, 52
TEST_P(TaskGroupEndTest, EndedEarlyACancelBeforeItIsNotLost) {
  Answer("Slow", Hang());
  TaskGroup group(client());
  const Task<Text> slow = group.Spawn(CallTo("Slow"));
  ASSERT_TRUE(backend().WaitForCalls(1));
  group.Cancel();
  group.EndEarly();
  group.Cancel();
  EXPECT_TRUE(absl::IsCancelled(group.Wait()));
  EXPECT_EQ(slow.outcome().cause(), Cause::kCaller);
  group.EndEarly();
  group.Cancel();
  EXPECT_TRUE(absl::IsCancelled(group.Wait()));
  EXPECT_TRUE(backend().WaitForCancels(1));
}

// semantics 46
TEST_P(TaskGroupEndTest, OneTasksCancelIsItsOwn) {
  Answer("Slow", Hang());
  TaskGroup group(client());
  const Task<Text> slow = group.Spawn(CallTo("Slow"));
  ASSERT_TRUE(backend().WaitForCalls(1));
  slow.Cancel();
  const Outcome<Text> outcome = slow.Get();
  EXPECT_EQ(outcome.disposition(), Disposition::kCancelled);
  EXPECT_EQ(outcome.cause(), Cause::kOwnHandle);
  EXPECT_TRUE(absl::IsCancelled(outcome.status()));
  EXPECT_TRUE(backend().WaitForCancels(1));
  const Task<Text> name = group.Spawn(CallTo("Name", "Ada"));
  const absl::Status status = group.Wait();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(name.outcome()->value(), "Ada");
}

// semantics 46, 58
TEST_P(TaskGroupEndTest, ACancelledTaskInTheQueueLeavesIt) {
  Hold("Name");
  TaskGroup group(client(), With(FailFast(), 1));
  group.Spawn(CallTo("Name", "first"));
  const Task<Text> queued = group.Spawn(CallTo("Name", "second"));
  group.Spawn(CallTo("Name", "third"));
  ASSERT_TRUE(backend().WaitForHeld(1));
  queued.Cancel();
  const Outcome<Text> outcome = queued.Get();
  EXPECT_EQ(outcome.disposition(), Disposition::kNotStarted);
  EXPECT_EQ(outcome.cause(), Cause::kOwnHandle);
  Release("Name");
  const absl::Status status = group.Wait();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(RequestsSeen(), ElementsAre("first", "third"));
}

// semantics 46, 52
TEST_P(TaskGroupEndTest, ToCancelATaskThatHasEndedHasNoEffect) {
  TaskGroup group(client());
  const Task<Text> name = group.Spawn(CallTo("Name", "Ada").Id("name"));
  EXPECT_TRUE(name.Get().ok());
  name.Cancel();
  // Another one by that name is not meant.
  const Task<Text> again = group.Spawn(CallTo("Name", "Eve").Id("name"));
  name.Cancel();
  const absl::Status status = group.Wait();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(name.outcome()->value(), "Ada");
  EXPECT_EQ(again.outcome()->value(), "Eve");
  name.Cancel();
}

// semantics 17
TEST_P(TaskGroupEndTest, ACancelledTaskNoLongerCounts) {
  Answer("Slow", Hang());
  TaskGroup any(client(), With(Any()));
  const Task<Text> candidate = any.Spawn(CallTo("Slow"));
  ASSERT_TRUE(backend().WaitForCalls(1));
  candidate.Cancel();
  any.Join();
  const absl::Status unreachable = any.Wait();
  EXPECT_TRUE(absl::IsCancelled(unreachable)) << unreachable;
  EXPECT_EQ(any.summary().verdict, Verdict::kFailed);
  EXPECT_TRUE(Failures::From(unreachable).empty());

  TaskGroup collect(client(), With(Collect()));
  const Task<Text> required = collect.Spawn(CallTo("Slow").Required());
  ASSERT_TRUE(backend().WaitForCalls(2));
  required.Cancel();
  EXPECT_TRUE(absl::IsCancelled(collect.Wait()));
  EXPECT_EQ(collect.summary().verdict, Verdict::kFailed);
  EXPECT_EQ(collect.summary().decided_by, 0);
}

// semantics 51
TEST_P(TaskGroupEndTest, ItsCancelReachesEveryBackendCall) {
  Answer("Slow", Hang());
  TaskGroup group(client());
  std::vector<Task<Text>> tasks;
  tasks.reserve(100);
  for (int i = 0; i < 100; ++i) tasks.push_back(group.Spawn(CallTo("Slow")));
  ASSERT_TRUE(backend().WaitForCalls(100));
  group.Cancel();
  EXPECT_TRUE(absl::IsCancelled(group.Wait()));
  EXPECT_TRUE(backend().WaitForCancels(100));
  for (const Task<Text>& task : tasks) EXPECT_EQ(task.outcome().cause(), Cause::kCaller);
}

// semantics 47
TEST_P(TaskGroupEndTest, TheEndOfTheClientCancelsEveryTask) {
  Answer("Slow", Hang());
  TaskGroup group(client());
  const Task<Text> slow = group.Spawn(CallTo("Slow"));
  for (int i = 1; i < 50; ++i) group.Spawn(CallTo("Slow"));
  ASSERT_TRUE(backend().WaitForCalls(50));
  EndClient();
  EXPECT_TRUE(backend().WaitForCancels(50));
  EXPECT_TRUE(absl::IsCancelled(group.Wait()));
  EXPECT_EQ(slow.outcome().disposition(), Disposition::kCancelled);
  EXPECT_EQ(slow.outcome().cause(), Cause::kCaller);
}

// semantics 47
TEST_P(TaskGroupEndTest, WhatAGatherWouldRefuseIsThatTasksFailureOnly) {
  Hold("Name");
  TaskGroup group(client(), With(Collect()));
  const Task<Text> nobody = group.Spawn(Call<Text>("nobody", "/test.Users/Name", Text()));
  const Task<Text> nowhere = group.Spawn(Call<Text>("users", "no method", Text()));
  const Task<Text> named = group.Spawn(CallTo("Name", "Ada").Id("name"));
  const Task<Text> same = group.Spawn(CallTo("Name", "Eve").Id("name"));
  Release("Name");
  const absl::Status status = group.Wait();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(group.summary().rejected, 3);
  EXPECT_EQ(nobody.outcome().disposition(), Disposition::kRejected);
  EXPECT_TRUE(absl::IsNotFound(nobody.outcome().status()));
  EXPECT_EQ(ReasonOf(nobody.outcome().status()), "UNKNOWN_TARGET");
  EXPECT_EQ(nowhere.outcome().disposition(), Disposition::kRejected);
  EXPECT_EQ(ReasonOf(nowhere.outcome().status()), "BAD_METHOD");
  EXPECT_TRUE(named.outcome().ok());
  EXPECT_EQ(same.outcome().disposition(), Disposition::kRejected);
  EXPECT_EQ(ReasonOf(same.outcome().status()), "DUPLICATE_ID");
}

// semantics 10, 47
TEST_P(TaskGroupEndTest, ARefusedTaskDecidesAsAnyFailureDoes) {
  Answer("Slow", Hang());
  TaskGroup group(client());
  const Task<Text> slow = group.Spawn(CallTo("Slow"));
  ASSERT_TRUE(backend().WaitForCalls(1));
  group.Spawn(Call<Text>("nobody", "/test.Users/Name", Text()));
  EXPECT_EQ(slow.Get().cause(), Cause::kSiblingFailed);
  EXPECT_TRUE(absl::IsNotFound(group.Wait()));
  EXPECT_TRUE(backend().WaitForCancels(1));
}

// semantics 49
TEST_P(TaskGroupEndTest, LeftBehindItCancelsJoinsAndLogsWhatNobodyLookedAt) {
  Answer("Slow", Hang());
  Answer("Bad", Fail(5, "no such user"));
  std::optional<Task<Text>> slow;
  {
    TaskGroup group(client(), With(Collect()), Log());
    slow = group.Spawn(CallTo("Slow"));
    group.Spawn(CallTo("Bad").Id("user"));
    const Task<Text> looked_at = group.Spawn(CallTo("Bad").Id("other"));
    EXPECT_FALSE(looked_at.Get().ok());
    ASSERT_TRUE(backend().WaitForCalls(3));
    ASSERT_TRUE(WaitForAnswers(2));
  }
  ASSERT_TRUE(slow->done());
  EXPECT_EQ(slow->outcome().cause(), Cause::kCaller);
  EXPECT_TRUE(backend().WaitForCancels(1));
  EXPECT_THAT(lines(), ElementsAre(StartsWith("gather: a group ended, and nobody looked at ")));
  EXPECT_THAT(lines(), ElementsAre(HasSubstr("no such user")));
}

// semantics 49
TEST_P(TaskGroupEndTest, WaitedForItHasNothingToLog) {
  Answer("Bad", Fail(5, "no such user"));
  {
    TaskGroup group(client(), Options(), Log());
    group.Spawn(CallTo("Bad"));
    EXPECT_TRUE(absl::IsNotFound(group.Wait()));
  }
  EXPECT_THAT(lines(), ElementsAre());
}

// semantics 51, 53
TEST_P(TaskGroupEndTest, CancelledBeforeItsStartNothingIsSent) {
  TaskGroup group(client());
  group.Cancel();
  const Task<Text> name = group.Spawn(CallTo("Name"));
  EXPECT_TRUE(absl::IsCancelled(group.Wait()));
  EXPECT_FALSE(name.outcome().ok());
  ASSERT_TRUE(WaitForAnswers(0));
  EXPECT_EQ(backend().counts().calls, 0);
}

}  // namespace
}  // namespace gather::test
