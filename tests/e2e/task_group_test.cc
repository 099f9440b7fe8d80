#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gather/gather.h"
#include "tests/e2e/door_test.h"
#include "tests/support/behavior.h"
#include "tests/support/call_ledger.h"

// A gather that grows while it runs.
namespace gather::test {
namespace {

class TaskGroupTest : public DoorTest {
 protected:
  static Options With(const Policy& policy, std::uint32_t max_concurrency = 0) {
    Options options;
    options.policy = policy;
    options.max_concurrency = max_concurrency;
    return options;
  }
};
INSTANTIATE_TEST_SUITE_P(Doors, TaskGroupTest, BothDoors(), DoorName());

// semantics 42, 43
TEST_P(TaskGroupTest, TasksAreAddedWhileOthersRun) {
  Hold("Name");
  TaskGroup group(client());
  const Task<Text> first = group.Spawn(CallTo("Name", "Ada"));
  ASSERT_TRUE(backend().WaitForHeld(1));
  const Task<Text> second = group.Spawn(CallTo("City", "Paris"));
  EXPECT_EQ(second.Get().value().value(), "Paris");
  EXPECT_FALSE(first.done());
  Release("Name");
  const absl::Status status = group.Wait();
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(first.outcome()->value(), "Ada");
  EXPECT_EQ(group.summary().verdict, Verdict::kSatisfied);
  EXPECT_EQ(group.summary().succeeded, 2);
}

// semantics 1
TEST_P(TaskGroupTest, EachTaskHasItsOwnOutcomeWhateverTheOrderOfTheEnds) {
  Hold("Name");
  TaskGroup group(client());
  std::vector<Task<Text>> tasks;
  tasks.reserve(5);
  for (int i = 0; i < 5; ++i) tasks.push_back(group.Spawn(CallTo("Name", absl::StrCat(i))));
  ASSERT_TRUE(backend().WaitForHeld(5));
  for (const std::size_t arrival : {3, 0, 4, 2, 1}) backend().ReleaseCall(arrival);
  const absl::Status status = group.Wait();
  ASSERT_TRUE(status.ok()) << status;
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(tasks[i].outcome()->value(), absl::StrCat(i));
    EXPECT_EQ(tasks[i].outcome().index(), i);
  }
}

// semantics 1
TEST_P(TaskGroupTest, LargePayloadsReachTheirTasks) {
  const std::string large(300'000, 'x');
  TaskGroup group(client());
  const Task<Text> task = group.Spawn(CallTo("Name", large));
  const Task<Text> small = group.Spawn(CallTo("Name", "small"));
  const absl::Status status = group.Wait();
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(task.outcome()->value(), large);
  EXPECT_EQ(small.outcome()->value(), "small");
}

// Visits a tree of pages, each of which leads to two more.
class Crawl {
 public:
  explicit Crawl(TaskGroup* group) : group_(group) {}

  void Visit(int depth) {
    group_->Spawn(Call<Text>("users", "/test.Users/Page", MakeText(absl::StrCat(depth))))
        .Then([this](const Outcome<Text>& page) {
          ++visited_;
          const int links = page->value() == "0" ? 0 : 2;
          for (int i = 0; i < links; ++i) Visit(std::stoi(page->value()) - 1);
        });
  }

  int visited() const { return visited_; }

 private:
  TaskGroup* const group_;
  std::atomic<int> visited_{0};
};

// semantics 42, 50
TEST_P(TaskGroupTest, AnOutcomeMayAddTasks) {
  TaskGroup group(client());
  Crawl crawl(&group);
  crawl.Visit(6);
  const absl::Status status = group.Wait();
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(crawl.visited(), 127);
  EXPECT_EQ(group.summary().succeeded, 127);
  EXPECT_EQ(backend().counts().calls, 127);
}

// semantics 2, 43
TEST_P(TaskGroupTest, NothingToDoIsDoneWhenItIsJoined) {
  for (const Policy& policy : {FailFast(), Collect(), Propagate()}) {
    TaskGroup group(client(), With(policy));
    const absl::Status status = group.Wait();
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(group.summary().verdict, Verdict::kSatisfied);
  }
}

// semantics 43
TEST_P(TaskGroupTest, TheJoinWaitsForTheLastTask) {
  Hold("Name");
  TaskGroup group(client(), With(Collect()));
  const Task<Text> held = group.Spawn(CallTo("Name", "Ada"));
  group.Spawn(CallTo("City"));
  Future<absl::Status> joined = group.AsyncWait();
  group.Join();
  ASSERT_TRUE(backend().WaitForHeld(1));
  ASSERT_TRUE(WaitForAnswers(1));
  EXPECT_FALSE(held.done());
  Release("Name");
  const absl::Status status = joined.Get();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_TRUE(held.outcome().ok());
}

// semantics 43: as long as more may come, there is hope.
TEST_P(TaskGroupTest, OutOfReachIsJudgedOnlyOnceNoMoreCanCome) {
  Answer("Bad", Fail(5, "no such user"));
  for (const Policy& policy : {Any(), Quorum(1)}) {
    TaskGroup group(client(), With(policy));
    EXPECT_FALSE(group.Spawn(CallTo("Bad")).Get().ok());
    const Task<Text> next = group.Spawn(CallTo("Name", "Ada"));
    const absl::Status status = group.Wait();
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(next.outcome()->value(), "Ada");

    TaskGroup hopeless(client(), With(policy));
    hopeless.Spawn(CallTo("Bad"));
    EXPECT_TRUE(absl::IsNotFound(hopeless.Wait()));
  }
}

// semantics 34, 43
TEST_P(TaskGroupTest, AQuorumOutOfReachAfterTheJoinCancelsTheRest) {
  Answer("Slow", Hang());
  Answer("Bad", Fail(5, "no such user"));
  TaskGroup group(client(), With(Quorum(2)));
  const Task<Text> slow = group.Spawn(CallTo("Slow"));
  const Task<Text> bad = group.Spawn(CallTo("Bad"));
  EXPECT_FALSE(bad.Get().ok());
  ASSERT_TRUE(backend().WaitForCalls(2));
  group.Join();
  EXPECT_TRUE(absl::IsNotFound(group.Wait()));
  EXPECT_EQ(slow.outcome().cause(), Cause::kDecided);
  EXPECT_TRUE(backend().WaitForCancels(1));
}

// semantics 35, 43
TEST_P(TaskGroupTest, ToJoinWithTooFewThatCountIsABadPolicy) {
  for (const Policy& policy : {Any(), Race(), Quorum(1)}) {
    TaskGroup group(client(), With(policy));
    const absl::Status status = group.Wait();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_EQ(ReasonOf(status), "BAD_POLICY");
  }
  Answer("Slow", Hang());
  TaskGroup group(client(), With(Quorum(3)));
  group.Spawn(CallTo("Slow"));
  group.Spawn(CallTo("Slow").Optional());
  ASSERT_TRUE(backend().WaitForCalls(2));
  group.Join();
  const absl::Status status = group.Wait();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_EQ(ReasonOf(status), "BAD_POLICY");
  EXPECT_TRUE(backend().WaitForCancels(2));
}

// semantics 10, 13, 44
TEST_P(TaskGroupTest, ADecisionEndsItThoughNobodyJoined) {
  Answer("Slow", Hang());
  Hold("Bad");
  Answer("Bad", Fail(5, "no such user"));
  TaskGroup group(client());
  const Task<Text> slow = group.Spawn(CallTo("Slow"));
  const Task<Text> bad = group.Spawn(CallTo("Bad").Id("user"));
  ASSERT_TRUE(backend().WaitForCalls(2));
  Release("Bad");
  const Outcome<Text> stopped = slow.Get();
  EXPECT_EQ(stopped.disposition(), Disposition::kCancelled);
  EXPECT_EQ(stopped.cause(), Cause::kSiblingFailed);
  EXPECT_EQ(stopped.caused_by(), 1);
  EXPECT_EQ(bad.Get().status(), absl::NotFoundError("no such user"));
  EXPECT_TRUE(backend().WaitForCancels(1));
  const absl::Status status = group.Wait();
  EXPECT_EQ(status.message(), "sub-call 1 \"user\" (users /test.Users/Bad): no such user");
  EXPECT_EQ(Failures::From(status).size(), 1);
}

// semantics 44: whether it came too late at the engine or was never sent to it.
TEST_P(TaskGroupTest, WhatIsAddedAfterTheDecisionIsNeverStarted) {
  Answer("Bad", Fail(5, "no such user"));
  TaskGroup group(client());
  const Task<Text> bad = group.Spawn(CallTo("Bad"));
  EXPECT_FALSE(bad.Get().ok());
  std::vector<Task<Text>> late;
  late.reserve(51);
  for (int i = 0; i < 50; ++i) late.push_back(group.Spawn(CallTo("Name")));
  EXPECT_TRUE(absl::IsNotFound(group.Wait()));
  late.push_back(group.Spawn(CallTo("Name")));
  for (const Task<Text>& task : late) {
    EXPECT_EQ(task.outcome().disposition(), Disposition::kNotStarted);
    EXPECT_EQ(task.outcome().cause(), Cause::kSiblingFailed);
    EXPECT_EQ(task.outcome().caused_by(), 0);
    EXPECT_EQ(task.outcome().delivery(), Delivery::kNeverSent);
  }
  EXPECT_EQ(MethodsSeen(), std::vector<std::string>{"Bad"});
}

// semantics 18, 44
TEST_P(TaskGroupTest, WhatWasQueuedAtTheDecisionIsNeverSent) {
  Hold("Bad");
  Answer("Bad", Fail(5, "no such user"));
  TaskGroup group(client(), With(FailFast(), 1));
  group.Spawn(CallTo("Bad"));
  const Task<Text> queued = group.Spawn(CallTo("Name"));
  ASSERT_TRUE(backend().WaitForHeld(1));
  Release("Bad");
  const Outcome<Text> outcome = queued.Get();
  EXPECT_EQ(outcome.disposition(), Disposition::kNotStarted);
  EXPECT_EQ(outcome.cause(), Cause::kSiblingFailed);
  EXPECT_TRUE(absl::IsNotFound(group.Wait()));
  EXPECT_EQ(backend().counts().calls, 1);
}

// semantics 31, 44
TEST_P(TaskGroupTest, ASuccessThatDecidesCancelsTheRest) {
  Answer("Slow", Hang());
  TaskGroup group(client(), With(Any()));
  const Task<Text> slow = group.Spawn(CallTo("Slow"));
  ASSERT_TRUE(backend().WaitForCalls(1));
  const Task<Text> name = group.Spawn(CallTo("Name", "Ada"));
  EXPECT_EQ(slow.Get().cause(), Cause::kDecided);
  const absl::Status status = group.Wait();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(group.summary().decided_by, 1);
  EXPECT_EQ(name.outcome()->value(), "Ada");
  EXPECT_TRUE(backend().WaitForCancels(1));
}

// semantics 27, 44
TEST_P(TaskGroupTest, PropagateLetsWhatWasStartedRunOn) {
  Hold("Slow");
  Hold("Bad");
  Answer("Bad", Fail(5, "no such user"));
  TaskGroup group(client(), With(Propagate()));
  const Task<Text> slow = group.Spawn(CallTo("Slow"));
  group.Spawn(CallTo("Bad"));
  ASSERT_TRUE(backend().WaitForHeld(2));
  Release("Bad");
  EXPECT_EQ(slow.Get().disposition(), Disposition::kDetached);
  EXPECT_TRUE(absl::IsNotFound(group.Wait()));
  EXPECT_EQ(group.summary().detached, 1);
  Release("Slow");
  EXPECT_TRUE(backend().WaitForIdle());
  EXPECT_EQ(backend().counts().cancelled, 0);
}

// semantics 57
TEST_P(TaskGroupTest, NeverMoreThanTheLimitAreInFlight) {
  Hold("Name");
  TaskGroup group(client(), With(FailFast(), 4));
  for (int i = 0; i < 100; ++i) group.Spawn(CallTo("Name", absl::StrCat(i)));
  ASSERT_TRUE(backend().WaitForHeld(4));
  Release("Name");
  const absl::Status status = group.Wait();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(backend().counts().calls, 100);
  EXPECT_EQ(backend().counts().max_in_flight, 4);
}

// semantics 63
TEST_P(TaskGroupTest, WithoutATimeoutEachTaskHasTheServersMaximum) {
  TaskGroup group(client());
  EXPECT_TRUE(group.Spawn(CallTo("Name")).Get().ok());
  const auto left = backend().records().at(0).call.deadline_left;
  ASSERT_TRUE(left.has_value());
  EXPECT_GT(*left, std::chrono::minutes(50));
  EXPECT_LE(*left, std::chrono::minutes(61));
}

// semantics 66, 67
TEST_P(TaskGroupTest, ItsTimeoutStopsWhatHasNotEndedAndKeepsTheRest) {
  Answer("Slow", Hang());
  Options options;
  options.timeout = absl::Milliseconds(500);
  TaskGroup group(client(), options);
  const Task<Text> slow = group.Spawn(CallTo("Slow"));
  const Task<Text> name = group.Spawn(CallTo("Name", "Ada"));
  const absl::Status status = group.Wait();
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
  EXPECT_EQ(slow.outcome().disposition(), Disposition::kCancelled);
  EXPECT_EQ(slow.outcome().cause(), Cause::kGatherDeadline);
  EXPECT_TRUE(name.outcome().ok()) << name.outcome().status();
  EXPECT_TRUE(backend().WaitForCancels(1));
}

// semantics 50
TEST_P(TaskGroupTest, AnyThreadMayAddAndCancelWhileOthersAreLaunched) {
  constexpr int kThreads = 4;
  constexpr int kTasks = 50;
  Answer("Slow", Hang());
  TaskGroup group(client(), With(Collect()));
  std::vector<std::vector<Task<Text>>> tasks(kThreads);
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (std::vector<Task<Text>>& mine : tasks) {
    threads.emplace_back([&group, &mine] {
      for (int i = 0; i < kTasks; ++i) {
        mine.push_back(group.Spawn(CallTo("Name", absl::StrCat(i))));
        group.Spawn(CallTo("Slow")).Cancel();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const absl::Status status = group.Wait();
  EXPECT_TRUE(status.ok()) << status;
  for (const std::vector<Task<Text>>& mine : tasks) {
    for (int i = 0; i < kTasks; ++i) EXPECT_EQ(mine[i].outcome()->value(), absl::StrCat(i));
  }
  const Summary summary = group.summary();
  EXPECT_EQ(summary.succeeded, kThreads * kTasks);
  EXPECT_EQ(summary.cancelled + summary.not_started, kThreads * kTasks);
  EXPECT_TRUE(backend().WaitForIdle());
}

}  // namespace
}  // namespace gather::test
