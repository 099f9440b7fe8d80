#include "gather/wait.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gather/gather_client.h"
#include "gather/task.h"
#include "gather/task_group.h"
#include "gather/testing/scripted_connection.h"
#include "gather/testing/scripted_stream.h"
#include "tests/client/answers.h"
#include "tests/client/group_answers.h"

namespace gather {
namespace {

using ::gather::test::At;
using ::gather::test::CancelledBy;
using ::gather::test::Failed;
using ::gather::test::MakeText;
using ::gather::test::Succeeded;
using ::gather::test::Text;
using ::gather::test::TextCall;
using ::gather::testing::ScriptedConnection;

class WaitTest : public ::testing::Test {
 protected:
  std::vector<Task<Text>> Spawn(TaskGroup* group, int calls) {
    std::vector<Task<Text>> tasks;
    tasks.reserve(calls);
    for (int i = 0; i < calls; ++i) tasks.push_back(group->Spawn(TextCall()));
    return tasks;
  }
  void Succeed(std::uint32_t index) {
    script_->group(0)->EmitOutcome(At(index, Succeeded(MakeText("Ada"))));
  }
  void Fail(std::uint32_t index) { script_->group(0)->EmitOutcome(At(index, Failed(5, "no"))); }

  ScriptedConnection* const script_ = new ScriptedConnection();
  Client client_{std::unique_ptr<Connection>(script_)};
};

TEST_F(WaitTest, ReturnsWhenTheFirstHasEnded) {
  TaskGroup group(client_);
  const std::vector<Task<Text>> tasks = Spawn(&group, 3);
  std::thread server([this] { Succeed(1); });
  const auto waited = Wait(tasks, ReturnWhen::kFirstCompleted);
  server.join();
  ASSERT_TRUE(waited.ok());
  ASSERT_EQ(waited->done.size(), 1);
  EXPECT_TRUE(waited->done[0] == tasks[1]);
  EXPECT_EQ(waited->done[0].outcome()->value(), "Ada");
  ASSERT_EQ(waited->pending.size(), 2);
  EXPECT_TRUE(waited->pending[0] == tasks[0]);
  EXPECT_TRUE(waited->pending[1] == tasks[2]);
}

TEST_F(WaitTest, ReturnsWhenTheFirstHasFailed) {
  TaskGroup group(client_);
  const std::vector<Task<Text>> tasks = Spawn(&group, 3);
  std::thread server([this] {
    Succeed(0);
    script_->group(0)->EmitOutcome(At(1, CancelledBy(0)));  // that is no failure
    Fail(2);
  });
  const auto waited = Wait(tasks, ReturnWhen::kFirstException);
  server.join();
  ASSERT_TRUE(waited.ok());
  EXPECT_EQ(waited->done.size(), 3);
}

TEST_F(WaitTest, WithoutAFailureReturnsWhenAllHaveEnded) {
  TaskGroup group(client_);
  const std::vector<Task<Text>> tasks = Spawn(&group, 2);
  std::thread server([this] {
    Succeed(1);
    Succeed(0);
  });
  const auto waited = Wait(tasks, ReturnWhen::kFirstException);
  server.join();
  ASSERT_TRUE(waited.ok());
  EXPECT_EQ(waited->done.size(), 2);
}

TEST_F(WaitTest, ReturnsWhenAllHaveEnded) {
  TaskGroup group(client_);
  const std::vector<Task<Text>> tasks = Spawn(&group, 2);
  std::thread server([this] {
    Fail(0);
    Succeed(1);
  });
  const auto waited = Wait(tasks, ReturnWhen::kAllCompleted);
  server.join();
  ASSERT_TRUE(waited.ok());
  EXPECT_EQ(waited->done.size(), 2);
  EXPECT_TRUE(waited->pending.empty());
}

// semantics 8
TEST_F(WaitTest, ATaskThatIsThereTwiceCountsOnce) {
  TaskGroup group(client_);
  const std::vector<Task<Text>> tasks = Spawn(&group, 2);
  Succeed(0);
  script_->Settle();
  const auto waited =
      Wait(std::vector{tasks[0], tasks[1], tasks[0], tasks[1]}, ReturnWhen::kFirstCompleted);
  ASSERT_TRUE(waited.ok());
  EXPECT_EQ(waited->done.size(), 1);
  EXPECT_EQ(waited->pending.size(), 1);
}

// semantics 8
TEST_F(WaitTest, TasksThatHaveEndedBeforeAreAccepted) {
  TaskGroup group(client_);
  const std::vector<Task<Text>> tasks = Spawn(&group, 2);
  Succeed(0);
  Fail(1);
  script_->Settle();
  for (ReturnWhen when :
       {ReturnWhen::kFirstCompleted, ReturnWhen::kFirstException, ReturnWhen::kAllCompleted}) {
    const auto waited = Wait(tasks, when);
    ASSERT_TRUE(waited.ok());
    EXPECT_EQ(waited->done.size(), 2);
  }
}

TEST_F(WaitTest, NoTasksAtAllAreRefusedAndDoNotHang) {
  EXPECT_TRUE(
      absl::IsInvalidArgument(Wait(std::vector<Task<Text>>(), ReturnWhen::kAllCompleted).status()));
}

TEST_F(WaitTest, ATimeoutIsNoErrorAndCancelsNothing) {
  TaskGroup group(client_);
  const std::vector<Task<Text>> tasks = Spawn(&group, 2);
  Succeed(0);
  script_->Settle();
  for (absl::Duration timeout : {absl::ZeroDuration(), absl::Milliseconds(1), -absl::Seconds(1)}) {
    const auto waited = Wait(tasks, ReturnWhen::kAllCompleted, timeout);
    ASSERT_TRUE(waited.ok());
    EXPECT_EQ(waited->done.size(), 1);
    EXPECT_EQ(waited->pending.size(), 1);
  }
  EXPECT_TRUE(script_->group(0)->withdrawn().empty());
  EXPECT_EQ(script_->group(0)->cancels(), 0);
}

TEST_F(WaitTest, OnAWorkerThreadItIsRefusedUnlessThereIsNothingToWaitFor) {
  TaskGroup group(client_);
  const std::vector<Task<Text>> tasks = Spawn(&group, 2);
  Succeed(0);
  std::promise<std::vector<absl::Status>> promise;
  script_->RunOnWorker([&] {
    promise.set_value({Wait(tasks, ReturnWhen::kAllCompleted).status(),
                       Wait(tasks, ReturnWhen::kFirstCompleted).status(),
                       Wait(tasks, ReturnWhen::kAllCompleted, absl::ZeroDuration()).status()});
  });
  const std::vector<absl::Status> statuses = promise.get_future().get();
  EXPECT_TRUE(absl::IsFailedPrecondition(statuses[0]));
  EXPECT_TRUE(statuses[1].ok());
  EXPECT_TRUE(statuses[2].ok());
}

TEST_F(WaitTest, TasksOfDifferentTypesGroupsAndClientsWaitTogether) {
  auto* other_script = new ScriptedConnection();
  const Client other{std::unique_ptr<Connection>(other_script)};
  TaskGroup group(client_);
  TaskGroup other_group(other);
  const Task<Text> name = group.Spawn(TextCall());
  const auto age = other_group.Spawn(test::NumberCall());
  std::thread server(
      [&] { other_script->group(0)->EmitOutcome(At(0, Succeeded(test::MakeNumber(36)))); });
  const auto waited = Wait(std::vector<AnyTask>{name, age}, ReturnWhen::kFirstCompleted);
  server.join();
  ASSERT_TRUE(waited.ok());
  ASSERT_EQ(waited->done.size(), 1);
  EXPECT_TRUE(waited->done[0] == age);
}

TEST_F(WaitTest, ManyMayWaitForTheSame) {
  TaskGroup group(client_);
  const std::vector<Task<Text>> tasks = Spawn(&group, 10);
  std::vector<std::thread> waiters;
  waiters.reserve(4);
  for (int i = 0; i < 4; ++i) {
    waiters.emplace_back([&tasks] {
      const auto waited = Wait(tasks, ReturnWhen::kAllCompleted);
      EXPECT_TRUE(waited.ok() && waited->done.size() == 10);
    });
  }
  for (std::uint32_t i = 0; i < 10; ++i) Succeed(i);
  for (std::thread& waiter : waiters) waiter.join();
}

}  // namespace
}  // namespace gather
