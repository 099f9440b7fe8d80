// How groups end that nobody ends: lost, refused, abandoned.

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gather/failures.h"
#include "gather/gather_client.h"
#include "gather/options.h"
#include "gather/policy.h"
#include "gather/refusal.h"
#include "gather/task.h"
#include "gather/task_group.h"
#include "gather/testing/scripted_connection.h"
#include "gather/testing/scripted_stream.h"
#include "tests/client/answers.h"
#include "tests/client/group_answers.h"

namespace gather {
namespace {

using ::gather::test::At;
using ::gather::test::Failed;
using ::gather::test::FailedSummary;
using ::gather::test::MakeText;
using ::gather::test::SatisfiedSummary;
using ::gather::test::Succeeded;
using ::gather::test::Text;
using ::gather::test::TextCall;
using ::gather::testing::ScriptedConnection;
using ::gather::testing::ScriptedGroup;

class TaskGroupEndTest : public ::testing::Test {
 protected:
  std::shared_ptr<ScriptedGroup> server() { return script_->group(0); }

  TaskGroupLog Log() {
    return [this](absl::string_view line) {
      const std::lock_guard lock(mutex_);
      lines_.emplace_back(line);
    };
  }
  std::vector<std::string> lines() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

  static absl::Status Refusal() {
    return internal::MakeRefusal(absl::StatusCode::kUnavailable, "DRAINING", "server", "draining");
  }

  ScriptedConnection* const script_ = new ScriptedConnection();
  std::optional<Client> client_{std::unique_ptr<Connection>(script_)};
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

TEST_F(TaskGroupEndTest, WhenTheWayIsLostWhatIsLeftMayHaveHadItsEffect) {
  TaskGroup group(*client_);
  const Task<Text> finished = group.Spawn(TextCall());
  const Task<Text> lost = group.Spawn(TextCall());
  server()->EmitOpened("c0ffee");
  server()->EmitOutcome(At(0, Succeeded(MakeText("Ada"))));
  server()->End(absl::UnavailableError("Socket closed"));
  EXPECT_EQ(group.Wait(), absl::UnavailableError("Socket closed"));
  EXPECT_TRUE(finished.outcome().ok());
  EXPECT_EQ(lost.outcome().disposition(), Disposition::kFailed);
  EXPECT_EQ(lost.outcome().origin(), Origin::kTransport);
  EXPECT_EQ(lost.outcome().delivery(), Delivery::kEffectUnknown);
  EXPECT_EQ(lost.outcome().status(), absl::UnavailableError("Socket closed"));
  EXPECT_EQ(group.summary().verdict, Verdict::kNone);
}

TEST_F(TaskGroupEndTest, WhatIsAddedToALostGroupIsSurelyNotSent) {
  TaskGroup group(*client_);
  server()->End(absl::UnavailableError("Socket closed"));
  EXPECT_FALSE(group.Wait().ok());
  const Task<Text> late = group.Spawn(TextCall());
  EXPECT_EQ(late.outcome().disposition(), Disposition::kFailed);
  EXPECT_EQ(late.outcome().origin(), Origin::kTransport);
  EXPECT_EQ(late.outcome().delivery(), Delivery::kNeverSent);
}

TEST_F(TaskGroupEndTest, ARefusedGroupRejectsEveryTask) {
  TaskGroup group(*client_);
  const Task<Text> task = group.Spawn(TextCall());
  server()->End(Refusal());
  EXPECT_EQ(group.Wait(), Refusal());
  EXPECT_EQ(task.outcome().disposition(), Disposition::kRejected);
  EXPECT_EQ(task.outcome().delivery(), Delivery::kNeverSent);
  EXPECT_EQ(group.Spawn(TextCall()).outcome().disposition(), Disposition::kRejected);
}

// semantics 47
TEST_F(TaskGroupEndTest, ARefusalInTheMidstMayHaveStoppedWhatHadStarted) {
  TaskGroup group(*client_);
  const Task<Text> task = group.Spawn(TextCall());
  server()->EmitOpened("c0ffee");
  server()->End(Refusal());
  EXPECT_EQ(group.Wait(), Refusal());
  EXPECT_EQ(task.outcome().disposition(), Disposition::kFailed);
  EXPECT_EQ(task.outcome().origin(), Origin::kOrchestrator);
  EXPECT_EQ(task.outcome().delivery(), Delivery::kEffectUnknown);
}

TEST_F(TaskGroupEndTest, WhenNotEvenTheSummaryComesInTimeItIsTheDeadline) {
  TaskGroup group(*client_);
  const Task<Text> task = group.Spawn(TextCall());
  server()->End(absl::DeadlineExceededError("Deadline Exceeded"));
  EXPECT_TRUE(absl::IsDeadlineExceeded(group.Wait()));
  EXPECT_EQ(task.outcome().disposition(), Disposition::kCancelled);
  EXPECT_EQ(task.outcome().cause(), Cause::kGatherDeadline);
  EXPECT_EQ(group.Spawn(TextCall()).outcome().disposition(), Disposition::kNotStarted);
  EXPECT_EQ(group.Spawn(TextCall()).outcome().cause(), Cause::kGatherDeadline);
}

// semantics 56
TEST_F(TaskGroupEndTest, AShieldedTaskRunsOnWhenTheGroupIsCancelled) {
  TaskGroup group(*client_);
  const Task<Text> task = group.Spawn(TextCall().Shielded());
  group.Cancel();
  EXPECT_TRUE(absl::IsCancelled(group.Wait()));
  EXPECT_EQ(task.outcome().disposition(), Disposition::kDetached);
}

// semantics 54
TEST_F(TaskGroupEndTest, ACancelDoesNotMaskTheFailureThatCameBefore) {
  TaskGroup group(*client_);
  group.Spawn(TextCall());
  group.Spawn(TextCall());
  server()->EmitOutcome(At(0, Failed(5, "no such user")));
  script_->Settle();
  group.Cancel();
  EXPECT_TRUE(absl::IsNotFound(group.Wait()));
}

TEST_F(TaskGroupEndTest, AnOutcomeOfNobodyBreaksTheGroup) {
  TaskGroup group(*client_);
  server()->EmitOutcome(At(7, Succeeded(MakeText("Ada"))));
  EXPECT_TRUE(absl::IsInternal(group.Wait()));
  EXPECT_EQ(server()->cancels(), 1);
}

// semantics 5
TEST_F(TaskGroupEndTest, ASecondOutcomeBreaksTheGroupAndChangesNothing) {
  TaskGroup group(*client_);
  const Task<Text> task = group.Spawn(TextCall());
  server()->EmitOutcome(At(0, Succeeded(MakeText("Ada"))));
  server()->EmitOutcome(At(0, Failed(5, "no such user")));
  EXPECT_TRUE(absl::IsInternal(group.Wait()));
  EXPECT_EQ(task.outcome()->value(), "Ada");
}

TEST_F(TaskGroupEndTest, TheEndOfTheClientCancelsTheGroup) {
  TaskGroup group(*client_);
  const Task<Text> task = group.Spawn(TextCall());
  client_.reset();
  EXPECT_TRUE(absl::IsCancelled(group.Wait()));
  EXPECT_TRUE(task.done());
  EXPECT_TRUE(group.Spawn(TextCall()).done());
  group.Cancel();
}

// semantics 49
TEST_F(TaskGroupEndTest, DestroyedWithoutWaitItCancelsAndJoins) {
  std::optional<Task<Text>> task;
  {
    TaskGroup group(*client_);
    task = group.Spawn(TextCall());
  }
  EXPECT_EQ(server()->cancels(), 1);
  EXPECT_TRUE(server()->ended());
  EXPECT_EQ(task->outcome().cause(), Cause::kCaller);
}

// semantics 49
TEST_F(TaskGroupEndTest, DestroyedRightAfterAsyncWaitItCancelsAndJoins) {
  std::promise<absl::Status> status;
  {
    TaskGroup group(*client_);
    group.Spawn(TextCall());
    group.AsyncWait().Then([&](absl::Status s) { status.set_value(std::move(s)); });
  }
  EXPECT_TRUE(absl::IsCancelled(status.get_future().get()));
}

// semantics 49
TEST_F(TaskGroupEndTest, DestroyedWithoutWaitItLogsTheFailuresThatNobodyLookedAt) {
  Options options;
  options.label = "crawl";
  options.policy = Collect();
  {
    TaskGroup group(*client_, options, Log());
    group.Spawn(TextCall().Id("unseen"));
    const Task<Text> seen = group.Spawn(TextCall());
    group.Spawn(TextCall()).Then([](const Outcome<Text>&) {});
    server()->EmitOutcome(At(0, Failed(5, "no such user")));
    server()->EmitOutcome(At(1, Failed(14, "down")));
    server()->EmitOutcome(At(2, Failed(14, "down")));
    script_->Settle();
    EXPECT_FALSE(seen.outcome().ok());
  }
  EXPECT_EQ(lines(),
            (std::vector<std::string>{
                "gather: group \"crawl\" ended, and nobody looked at sub-call 0 \"unseen\" "
                "(users /demo.Users/Name): NOT_FOUND: no such user"}));
}

// semantics 49
TEST_F(TaskGroupEndTest, OfManyFailuresThatNobodyLookedAtTheRestIsCounted) {
  {
    TaskGroup group(*client_, Options(), Log());
    for (int i = 0; i < 150; ++i) {
      group.Spawn(TextCall());
      server()->EmitOutcome(At(i, Failed(5, "no such user")));
    }
    script_->Settle();
  }
  ASSERT_EQ(lines().size(), 101);
  EXPECT_EQ(lines().back(), "gather: a group ended, and nobody looked at 50 more failures");
}

// semantics 49
TEST_F(TaskGroupEndTest, AStatusThatWasAskedForIsALookAtAllFailures) {
  {
    TaskGroup group(*client_, Options(), Log());
    group.Spawn(TextCall());
    server()->EmitOutcome(At(0, Failed(5, "no such user")));
    server()->EmitSummary(FailedSummary(0, 5, "no such user"));
    server()->End(absl::OkStatus());
    EXPECT_FALSE(group.Wait().ok());
  }
  EXPECT_TRUE(lines().empty());
}

// semantics 49
TEST_F(TaskGroupEndTest, SiblingsThatWereCancelledAreNoFailuresToLog) {
  {
    TaskGroup group(*client_, Options(), Log());
    group.Spawn(TextCall());
  }
  EXPECT_TRUE(lines().empty());
}

// semantics 49
TEST_F(TaskGroupEndTest, DestroyedOnTheWorkerItDoesNotBlockAndEndsSoonAfter) {
  auto group = std::make_unique<TaskGroup>(*client_, Options(), Log());
  const Task<Text> task = group->Spawn(TextCall());
  group->Spawn(TextCall());
  server()->EmitOutcome(At(1, Failed(5, "no such user")));
  std::promise<bool> done;
  script_->RunOnWorker([&] {
    group.reset();
    done.set_value(task.done());
  });
  EXPECT_FALSE(done.get_future().get());
  script_->Settle();
  EXPECT_EQ(task.outcome().cause(), Cause::kCaller);
  EXPECT_EQ(lines().size(), 1);
}

// semantics 49
TEST_F(TaskGroupEndTest, DestroyedInTheClientsLastContinuationItDoesNotBlock) {
  auto group = std::make_unique<TaskGroup>(*client_, Options(), Log());
  group->Spawn(TextCall()).Then([&](const Outcome<Text>&) { group.reset(); });
  const Task<Text> other = group->Spawn(TextCall());
  client_.reset();
  EXPECT_TRUE(other.done());
}

// semantics 49
TEST_F(TaskGroupEndTest, DestroyedWithTheClientsLastContinuationItDoesNotBlock) {
  auto group = std::make_shared<TaskGroup>(*client_, Options(), Log());
  const Task<Text> task = group->Spawn(TextCall());
  task.Then([group](const Outcome<Text>&) {});
  group.reset();
  client_.reset();
  EXPECT_EQ(task.outcome().cause(), Cause::kCaller);
}

// semantics 49
TEST_F(TaskGroupEndTest, DestroyedWithWhatAnExecutorDropsAtTheClientsEndItDoesNotBlock) {
  Options options;
  options.executor = [](const absl::AnyInvocable<void()>&) {};
  auto group = std::make_shared<TaskGroup>(*client_, options, Log());
  const Task<Text> task = group->Spawn(TextCall());
  task.Then([group](const Outcome<Text>&) {});
  group.reset();
  client_.reset();
  EXPECT_EQ(task.outcome().cause(), Cause::kCaller);
}

// semantics 49
TEST_F(TaskGroupEndTest, ItMayBeDestroyedInTheContinuationOfItsOwnEnd) {
  auto group = std::make_unique<TaskGroup>(*client_, Options(), Log());
  std::promise<void> destroyed;
  group->AsyncWait().Then([&](const absl::Status&) {
    group.reset();
    destroyed.set_value();
  });
  server()->EmitSummary(SatisfiedSummary());
  server()->End(absl::OkStatus());
  destroyed.get_future().get();
}

}  // namespace
}  // namespace gather
