// Groups that their caller cancels.

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <stop_token>

#include "absl/status/status.h"
#include "gather/gather_client.h"
#include "gather/options.h"
#include "gather/policy.h"
#include "gather/task.h"
#include "gather/task_group.h"
#include "gather/testing/scripted_connection.h"
#include "gather/testing/scripted_stream.h"
#include "tests/client/answers.h"
#include "tests/client/group_answers.h"

namespace gather {
namespace {

using ::gather::test::At;
using ::gather::test::MakeText;
using ::gather::test::Succeeded;
using ::gather::test::Text;
using ::gather::test::TextCall;
using ::gather::testing::ScriptedConnection;
using ::gather::testing::ScriptedGroup;

class TaskGroupCancelTest : public ::testing::Test {
 protected:
  std::shared_ptr<ScriptedGroup> server() { return script_->group(0); }

  ScriptedConnection* const script_ = new ScriptedConnection();
  Client client_{std::unique_ptr<Connection>(script_)};
};

// semantics 51
TEST_F(TaskGroupCancelTest, CancelEndsEverything) {
  TaskGroup group(client_);
  const Task<Text> task = group.Spawn(TextCall());
  group.Cancel();
  const absl::Status status = group.Wait();
  EXPECT_TRUE(absl::IsCancelled(status));
  EXPECT_EQ(status.message(), "the caller cancelled the group");
  EXPECT_EQ(task.outcome().disposition(), Disposition::kCancelled);
  EXPECT_EQ(task.outcome().cause(), Cause::kCaller);
  EXPECT_EQ(task.outcome().delivery(), Delivery::kEffectUnknown);
  group.Cancel();  // semantics 52
  EXPECT_EQ(server()->cancels(), 1);
  EXPECT_EQ(group.Spawn(TextCall()).outcome().cause(), Cause::kCaller);
}

// semantics 53
TEST_F(TaskGroupCancelTest, WhatIsAddedAfterACancelIsSurelyNotSent) {
  TaskGroup group(client_);
  group.Spawn(TextCall());
  std::promise<Task<Text>> late;
  script_->RunOnWorker([&] {  // where the end cannot come in between
    group.Cancel();
    late.set_value(group.Spawn(TextCall()));
  });
  const Outcome<Text> outcome = late.get_future().get().Get();
  EXPECT_EQ(outcome.disposition(), Disposition::kNotStarted);
  EXPECT_EQ(outcome.cause(), Cause::kCaller);
  EXPECT_EQ(outcome.delivery(), Delivery::kNeverSent);
  EXPECT_EQ(server()->added(), 1);
}

// semantics 54
TEST_F(TaskGroupCancelTest, ACancelTakesNoSatisfactionBack) {
  Options options;
  options.policy = Any();
  TaskGroup group(client_, options);
  const Task<Text> winner = group.Spawn(TextCall());
  const Task<Text> other = group.Spawn(TextCall());
  server()->EmitOutcome(At(0, Succeeded(MakeText("Ada"))));
  script_->Settle();
  group.Cancel();
  EXPECT_TRUE(group.Wait().ok());
  EXPECT_EQ(winner.outcome()->value(), "Ada");
  EXPECT_EQ(other.outcome().cause(), Cause::kCaller);
}

// semantics 54
TEST_F(TaskGroupCancelTest, ACancelEndsAGroupThatARequiredOneStillHoldsUp) {
  Options options;
  options.policy = Any();
  TaskGroup group(client_, options);
  group.Spawn(TextCall());
  group.Spawn(TextCall().Required());
  server()->EmitOutcome(At(0, Succeeded(MakeText("Ada"))));
  script_->Settle();
  group.Cancel();
  EXPECT_TRUE(absl::IsCancelled(group.Wait()));
}

// semantics 51
TEST_F(TaskGroupCancelTest, AStopTokenCancels) {
  std::stop_source stop;
  Options options;
  options.cancellation = stop.get_token();
  TaskGroup group(client_, options);
  stop.request_stop();
  EXPECT_TRUE(absl::IsCancelled(group.Wait()));
}

// semantics 53
TEST_F(TaskGroupCancelTest, StoppedBeforeTheStartSendsNothing) {
  std::stop_source stop;
  stop.request_stop();
  Options options;
  options.cancellation = stop.get_token();
  TaskGroup group(client_, options);
  const Task<Text> task = group.Spawn(TextCall());
  EXPECT_TRUE(absl::IsCancelled(group.Wait()));
  EXPECT_EQ(task.outcome().disposition(), Disposition::kNotStarted);
  EXPECT_EQ(task.outcome().cause(), Cause::kCaller);
  EXPECT_EQ(script_->groups_started(), 0);
}

}  // namespace
}  // namespace gather
