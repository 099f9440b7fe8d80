#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <future>
#include <optional>
#include <stop_token>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gather/gather.h"
#include "tests/e2e/door_test.h"
#include "tests/support/behavior.h"

// The situations that brpc's combo channels are known for: several calls under one handle, and
// everything that can happen to that handle.
namespace gather::test {
namespace {

using ::testing::Each;

class ComboChannelTest : public DoorTest {
 protected:
  static Options With(const Policy& policy) {
    Options options;
    options.policy = policy;
    return options;
  }

  // Nothing that was started is still at the backend, and nothing will come.
  void ExpectNothingLeft() {
    EXPECT_TRUE(WaitForAnswers(0));
    EXPECT_TRUE(backend().WaitForIdle());
  }
};
INSTANTIATE_TEST_SUITE_P(Doors, ComboChannelTest, BothDoors(), DoorName());

// ---- limits

// semantics 34
TEST_P(ComboChannelTest, AtTheSuccessLimitTheRestIsCancelled) {
  Answer("Slow", Hang());
  Hold("Name");
  std::vector<Call<Text>> calls = CallsTo("Slow", 8);
  calls[3] = CallTo("Name", "Ada");
  calls[6] = CallTo("Name", "Eve");
  auto future = AsyncGatherSettled(client(), With(Quorum(2)), calls);
  ASSERT_TRUE(backend().WaitForCalls(8));
  Release("Name");
  const auto settled = future.Get();
  EXPECT_TRUE(settled.status().ok()) << settled.status();
  EXPECT_EQ(settled.summary().succeeded, 2);
  EXPECT_EQ(settled.summary().cancelled, 6);
  EXPECT_TRUE(backend().WaitForCancels(6));
}

// semantics 24
TEST_P(ComboChannelTest, AtTheFailLimitTheRestIsCancelled) {
  Answer("Slow", Hang());
  Hold("Bad");
  Answer("Bad", Fail(5, "no such user"));
  std::vector<Call<Text>> calls = CallsTo("Slow", 8);
  for (const std::size_t failing : {1, 4, 7}) calls[failing] = CallTo("Bad");
  auto future = AsyncGatherSettled(client(), With(Collect(2)), calls);
  ASSERT_TRUE(backend().WaitForCalls(8));
  Release("Bad");
  const auto settled = future.Get();
  EXPECT_TRUE(absl::IsNotFound(settled.status())) << settled.status();
  EXPECT_EQ(settled.summary().failed, 3);
  EXPECT_EQ(settled.summary().cancelled, 5);
  EXPECT_TRUE(backend().WaitForCancels(5));
}

// semantics 22, 72
TEST_P(ComboChannelTest, WhereNobodyListensEachCallSaysSo) {
  const std::vector<Call<Text>> calls(8, Call<Text>("nowhere", "/test.Users/Name", Text()));
  const auto settled = GatherSettled(client(), calls);
  for (const Outcome<Text>& outcome : settled) {
    EXPECT_TRUE(absl::IsUnavailable(outcome.status())) << outcome.status();
    EXPECT_EQ(outcome.delivery(), Delivery::kNeverSent);
  }
  EXPECT_TRUE(absl::IsUnavailable(GatherAny(client(), calls).status()));
  EXPECT_TRUE(absl::IsUnavailable(GatherQuorum(client(), 3, calls).status()));
}

// semantics 1
TEST_P(ComboChannelTest, TheSameCallManyTimesIsAsManyCalls) {
  const std::vector<Call<Text>> calls(8, CallTo("Name", "Ada"));
  const auto result = Gather(client(), calls);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->size(), 8);
  EXPECT_EQ(backend().counts().calls, 8);
}

// ---- cancel

// semantics 52, 53
TEST_P(ComboChannelTest, CancelledBeforeItsStartNothingIsSent) {
  std::stop_source stop;
  stop.request_stop();
  Options options;
  options.cancellation = stop.get_token();
  EXPECT_TRUE(absl::IsCancelled(Gather(client(), options, CallsTo("Name", 8)).status()));

  auto rows = AsCompleted(client(), options, CallsTo("Name", 8));
  for (const auto& [index, outcome] : rows) {
    EXPECT_EQ(outcome.disposition(), Disposition::kNotStarted);
    EXPECT_EQ(outcome.cause(), Cause::kCaller);
  }
  EXPECT_TRUE(absl::IsCancelled(rows.status()));

  TaskGroup group(client(), options);
  const Task<Text> task = group.Spawn(CallTo("Name"));
  EXPECT_TRUE(absl::IsCancelled(group.Wait()));
  EXPECT_EQ(task.outcome().disposition(), Disposition::kNotStarted);
  EXPECT_EQ(task.outcome().cause(), Cause::kCaller);

  ExpectNothingLeft();
  EXPECT_EQ(backend().counts().calls, 0);
}

// semantics 51
TEST_P(ComboChannelTest, CancelledByAnotherThreadWhileItRunsItEnds) {
  Answer("Slow", Hang());
  for (const bool streamed : {false, true}) {
    const auto before = backend().counts();
    std::stop_source stop;
    Options options;
    options.cancellation = stop.get_token();
    std::thread canceller([&] {
      EXPECT_TRUE(backend().WaitForCalls(before.calls + 8));
      stop.request_stop();
    });
    if (streamed) {
      auto rows = AsCompleted(client(), options, CallsTo("Slow", 8));
      for (const auto& [index, outcome] : rows) EXPECT_EQ(outcome.cause(), Cause::kCaller);
      EXPECT_TRUE(absl::IsCancelled(rows.status())) << rows.status();
    } else {
      const auto settled = GatherSettled(client(), options, CallsTo("Slow", 8));
      EXPECT_TRUE(absl::IsCancelled(settled.status())) << settled.status();
      EXPECT_THAT(DispositionsOf(settled), Each(Disposition::kCancelled));
    }
    canceller.join();
    EXPECT_TRUE(backend().WaitForCancels(before.cancelled + 8));
  }
}

// semantics 52
TEST_P(ComboChannelTest, CancelledAfterItsEndNothingChanges) {
  auto future = AsyncGather(client(), CallsTo("Name", 8));
  ASSERT_TRUE(backend().WaitForEnds(8));
  const auto result = future.Get();
  future.Cancel();
  ASSERT_TRUE(result.ok()) << result.status();

  auto rows = AsCompleted(client(), CallsTo("Name", 8));
  for (const auto& [index, outcome] : rows) EXPECT_TRUE(outcome.ok()) << outcome.status();
  rows.Cancel();
  EXPECT_TRUE(rows.status().ok()) << rows.status();

  TaskGroup group(client());
  const Task<Text> task = group.Spawn(CallTo("Name"));
  EXPECT_TRUE(group.Wait().ok());
  group.Cancel();
  task.Cancel();
  EXPECT_TRUE(group.Wait().ok());
  EXPECT_TRUE(task.outcome().ok());
  EXPECT_EQ(backend().counts().cancelled, 0);
}

// ---- destroyed right after the start

// semantics 40, 49, 51
TEST_P(ComboChannelTest, AHandleThatGoesRightAfterTheStartLeavesNothingBehind) {
  Answer("Slow", Hang());
  for (int round = 0; round < 20; ++round) {
    { const auto future = AsyncGather(client(), CallsTo("Slow", 8)); }
    { const auto rows = AsCompleted(client(), CallsTo("Slow", 8)); }
    {
      TaskGroup group(client());
      for (Call<Text>& call : CallsTo("Slow", 8)) group.Spawn(std::move(call));
    }
  }
  ExpectNothingLeft();
}

TEST_P(ComboChannelTest, AFutureThatHasAContinuationMayGo) {
  Hold("Name");
  std::promise<absl::Status> status;
  AsyncGather(client(), CallsTo("Name", 8)).Then([&](const auto& result) {
    status.set_value(result.status());
  });
  ASSERT_TRUE(backend().WaitForHeld(8));
  Release("Name");
  EXPECT_TRUE(status.get_future().get().ok());
  EXPECT_EQ(backend().counts().cancelled, 0);
}

// semantics 51
TEST_P(ComboChannelTest, AClientThatGoesRightAfterTheStartAnswersFirst) {
  Answer("Slow", Hang());
  std::vector<absl::Status> statuses;
  for (int i = 0; i < 8; ++i) {
    AsyncGather(client(), CallTo("Slow")).Then([&](const auto& result) {
      statuses.push_back(result.status());
    });
  }
  EndClient();
  ASSERT_EQ(statuses.size(), 8);
  for (const absl::Status& status : statuses) EXPECT_TRUE(absl::IsCancelled(status)) << status;
  EXPECT_TRUE(backend().WaitForIdle());
}

// ---- time

// semantics 67
TEST_P(ComboChannelTest, ATimeoutStillReportsWhatHasFinished) {
  Answer("Slow", Hang());
  Options options;
  options.timeout = absl::Milliseconds(500);
  std::vector<Call<Text>> calls = CallsTo("Name", 8);
  calls[2] = CallTo("Slow");
  const auto settled = GatherSettled(client(), options, calls);
  EXPECT_TRUE(absl::IsDeadlineExceeded(settled.status())) << settled.status();
  EXPECT_EQ(settled.summary().succeeded, 7);
  for (const Outcome<Text>& outcome : settled) {
    if (outcome.index() == 2) continue;
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    EXPECT_EQ(outcome->value(), absl::StrCat(outcome.index()));
  }
  EXPECT_EQ(settled[2].cause(), Cause::kGatherDeadline);
  EXPECT_TRUE(backend().WaitForCancels(1));
}

// semantics 66
TEST_P(ComboChannelTest, ATimeoutIsNoSuccessInAnyMode) {
  Answer("Slow", Hang());
  std::vector<Future<SettledTuple<Text, std::optional<Text>>>> futures;
  for (const Policy& policy :
       {FailFast(), Collect(), Collect(5), Propagate(), Any(), Race(), Quorum(1)}) {
    Options options = With(policy);
    options.timeout = absl::Milliseconds(300);
    futures.push_back(
        AsyncGatherSettled(client(), options, CallTo("Slow"), CallTo("Slow").Optional()));
  }
  for (auto& future : futures) {
    const auto settled = future.Get();
    EXPECT_TRUE(absl::IsDeadlineExceeded(settled.status())) << settled.status();
    EXPECT_EQ(settled.summary().verdict, Verdict::kDeadlineExceeded);
    EXPECT_EQ(settled.get<0>().cause(), Cause::kGatherDeadline);
  }
  EXPECT_TRUE(backend().WaitForCancels(14));
}

// semantics 65, 66: the reply and the deadline come together.
TEST_P(ComboChannelTest, ATimeoutInTheMomentOfTheReplyIsOneOrTheOther) {
  Behavior late = TextReply("late");
  late.delay = std::chrono::milliseconds(20);
  Answer("Late", late);
  Options options = With(FailFast());
  options.timeout = absl::Milliseconds(20);
  for (int round = 0; round < 30; ++round) {
    const auto settled = GatherSettled(client(), options, CallsTo("Late", 4));
    std::size_t succeeded = 0;
    for (const Outcome<Text>& outcome : settled) {
      // A backend with little time to run may say so itself, and before the gather would.
      EXPECT_TRUE(outcome.ok() || absl::IsDeadlineExceeded(outcome.status())) << outcome.status();
      succeeded += outcome.ok() ? 1 : 0;
    }
    if (succeeded < 4) {
      EXPECT_TRUE(absl::IsDeadlineExceeded(settled.status())) << settled.status();
    } else {
      // All may be there though the time was up when they were looked at.
      EXPECT_TRUE(settled.status().ok() || absl::IsDeadlineExceeded(settled.status()));
    }
    EXPECT_EQ(settled.summary().succeeded, succeeded);
  }
}

// ---- the backend goes away

// semantics 6, 71
TEST_P(ComboChannelTest, ABackendThatGoesAwayFailsItsCallsAndNoOthers) {
  Answer("Slow", Hang());
  std::vector<Call<Text>> calls = CallsTo("Slow", 8);
  calls.push_back(CallTo("Name", "Ada"));
  auto future = AsyncGatherSettled(client(), calls);
  ASSERT_TRUE(backend().WaitForCalls(9));
  ASSERT_TRUE(WaitForAnswers(1));
  EndBackend();
  const auto settled = future.Get();
  EXPECT_TRUE(settled.status().ok()) << settled.status();
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(settled[i].disposition(), Disposition::kFailed);
    EXPECT_FALSE(settled[i].status().ok());
    EXPECT_NE(settled[i].delivery(), Delivery::kNeverSent);
  }
  EXPECT_TRUE(settled[8].ok()) << settled[8].status();
}

// ---- within each other, and side by side

TEST_P(ComboChannelTest, AContinuationMayStartAnotherGather) {
  std::promise<absl::StatusOr<std::vector<Text>>> done;
  AsyncGather(client(), CallsTo("Name", 3)).Then([&](const auto& first) {
    ASSERT_TRUE(first.ok()) << first.status();
    AsyncGather(client(), CallsTo("City", 3)).Then([&](auto second) {
      done.set_value(std::move(second));
    });
  });
  const auto second = done.get_future().get();
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ((*second)[2].value(), "2");
  EXPECT_EQ(backend().counts().calls, 6);
}

// semantics 42
TEST_P(ComboChannelTest, ATasksContinuationMayStartAGather) {
  TaskGroup group(client());
  std::promise<absl::Status> gathered;
  group.Spawn(CallTo("Name")).Then([&](const Outcome<Text>& name) {
    EXPECT_TRUE(name.ok()) << name.status();
    AsyncGather(client(), CallsTo("City", 3)).Then([&](const auto& result) {
      gathered.set_value(result.status());
    });
  });
  EXPECT_TRUE(group.Wait().ok());
  EXPECT_TRUE(gathered.get_future().get().ok());
}

TEST_P(ComboChannelTest, ManyThreadsShareOneClient) {
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        const auto result = Gather(client(), CallTo("Name", absl::StrCat(i)), CallTo("City"));
        if (result.ok() && std::get<0>(*result).value() == absl::StrCat(i)) ++good;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 200);
}

}  // namespace
}  // namespace gather::test
