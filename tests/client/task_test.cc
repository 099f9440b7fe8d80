#include "gather/task.h"

#include <gtest/gtest.h>

#include <coroutine>
#include <cstdint>
#include <exception>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "gather/gather_client.h"
#include "gather/options.h"
#include "gather/task_group.h"
#include "gather/testing/scripted_connection.h"
#include "gather/testing/scripted_stream.h"
#include "tests/client/answers.h"
#include "tests/client/group_answers.h"

namespace gather {
namespace {

using ::gather::test::At;
using ::gather::test::Failed;
using ::gather::test::MakeText;
using ::gather::test::Number;
using ::gather::test::NumberCall;
using ::gather::test::Succeeded;
using ::gather::test::Text;
using ::gather::test::TextCall;
using ::gather::testing::ScriptedConnection;

class TaskTest : public ::testing::Test {
 protected:
  void End(std::uint32_t index, const std::string& name) {
    script_->group(0)->EmitOutcome(At(index, Succeeded(MakeText(name))));
  }

  ScriptedConnection* const script_ = new ScriptedConnection();
  Client client_{std::unique_ptr<Connection>(script_)};
};

TEST_F(TaskTest, GetBlocksForTheOutcomeAndGivesItAgain) {
  TaskGroup group(client_);
  const Task<Text> task = group.Spawn(TextCall());
  std::thread server([this] { End(0, "Ada"); });
  EXPECT_EQ(task.Get()->value(), "Ada");
  server.join();
  EXPECT_EQ(task.Get()->value(), "Ada");
  EXPECT_TRUE(task.done());
}

TEST_F(TaskTest, ThenRunsOnTheWorkerForEachThatAsks) {
  TaskGroup group(client_);
  const Task<Text> task = group.Spawn(TextCall());
  std::promise<bool> first;
  std::promise<bool> second;
  task.Then([&](const Outcome<Text>& outcome) {
    first.set_value(outcome.ok() && script_->OnWorkerThread());
  });
  End(0, "Ada");
  EXPECT_TRUE(first.get_future().get());
  task.Then([&](const Outcome<Text>&) { second.set_value(script_->OnWorkerThread()); });
  EXPECT_TRUE(second.get_future().get());
}

TEST_F(TaskTest, ThenRunsOnTheExecutor) {
  std::vector<absl::AnyInvocable<void()>> work;
  Options options;
  options.executor = [&](absl::AnyInvocable<void()> piece) { work.push_back(std::move(piece)); };
  TaskGroup group(client_, options);
  const Task<Text> task = group.Spawn(TextCall());
  int ran = 0;
  task.Then([&](const Outcome<Text>&) { ++ran; });
  End(0, "Ada");
  script_->Settle();
  task.Then([&](const Outcome<Text>&) { ++ran; });
  EXPECT_EQ(ran, 0);
  ASSERT_EQ(work.size(), 2);
  for (auto& piece : work) piece();
  EXPECT_EQ(ran, 2);
}

TEST_F(TaskTest, BlockingInAContinuationIsRefusedAtOnce) {
  TaskGroup group(client_);
  const Task<Text> open = group.Spawn(TextCall());
  std::promise<Outcome<Text>> inner;
  group.Spawn(TextCall()).Then([&](const Outcome<Text>&) { inner.set_value(open.Get()); });
  End(1, "Grace");
  const Outcome<Text> refused = inner.get_future().get();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status()));
  EXPECT_EQ(refused.disposition(), Disposition::kDetached);
  End(0, "Ada");
  EXPECT_TRUE(open.Get().ok());
}

TEST_F(TaskTest, TasksOfAnyTypeAreComparedAndReadAlike) {
  TaskGroup group(client_);
  const Task<Text> name = group.Spawn(TextCall());
  const Task<Number> age = group.Spawn(NumberCall());
  const std::vector<AnyTask> tasks = {name, age, name};
  EXPECT_TRUE(tasks[0] == tasks[2]);
  EXPECT_FALSE(tasks[0] == tasks[1]);
  EXPECT_TRUE(tasks[1] == age);
  script_->group(0)->EmitOutcome(At(1, Failed(5, "no such user")));
  script_->Settle();
  EXPECT_FALSE(tasks[0].done());
  EXPECT_TRUE(absl::IsNotFound(tasks[1].facts().status()));
  tasks[0].Cancel();
  EXPECT_EQ(script_->group(0)->withdrawn(), (std::vector<std::string>{"0"}));
}

TEST_F(TaskTest, OutlivesItsGroupAndItsClient) {
  std::optional<Client> client{std::unique_ptr<Connection>(new ScriptedConnection())};
  std::optional<Task<Text>> task;
  {
    TaskGroup group(*client);
    task = group.Spawn(TextCall());
  }
  client.reset();
  EXPECT_EQ(task->Get().cause(), Cause::kCaller);
  task->Cancel();
  bool ran = false;
  task->Then([&](const Outcome<Text>&) { ran = true; });  // no other thread is left
  EXPECT_TRUE(ran);
}

using TaskDeathTest = TaskTest;

TEST_F(TaskDeathTest, AskingForAnOutcomeThatIsNotThereEndsTheProgram) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  TaskGroup group(client_);
  const Task<Text> task = group.Spawn(TextCall().Id("ada"));
  EXPECT_DEATH(task.outcome(), "sub-call 0 \"ada\" .* has not ended");
}

// Runs at once, and a test can destroy it.
struct Held {
  struct promise_type {
    Held get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
  std::coroutine_handle<promise_type> coroutine;
};

Held Await(Task<Text> task, std::promise<std::string>* result) {
  const Outcome<Text> outcome = co_await task;
  result->set_value(outcome->value());
}

TEST_F(TaskTest, CanBeAwaited) {
  TaskGroup group(client_);
  const Task<Text> task = group.Spawn(TextCall());
  std::promise<std::string> result;
  const Held held = Await(task, &result);
  End(0, "Ada");
  EXPECT_EQ(result.get_future().get(), "Ada");
  script_->Settle();
  held.coroutine.destroy();
}

TEST_F(TaskTest, CanBeAwaitedWhenTheOutcomeIsThereAlready) {
  TaskGroup group(client_);
  const Task<Text> task = group.Spawn(TextCall());
  End(0, "Ada");
  script_->Settle();
  std::promise<std::string> result;
  const Held held = Await(task, &result);
  EXPECT_TRUE(held.coroutine.done());
  EXPECT_EQ(result.get_future().get(), "Ada");
  held.coroutine.destroy();
}

TEST_F(TaskTest, DestroyingTheAwaitingCoroutineLeavesTheTaskAlone) {
  TaskGroup group(client_);
  const Task<Text> task = group.Spawn(TextCall());
  std::promise<std::string> result;
  const Held held = Await(task, &result);
  held.coroutine.destroy();
  End(0, "Ada");
  EXPECT_EQ(task.Get()->value(), "Ada");
  EXPECT_TRUE(script_->group(0)->withdrawn().empty());
}

}  // namespace
}  // namespace gather
