#include "gather/task_group.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gather/failures.h"
#include "gather/gather_client.h"
#include "gather/options.h"
#include "gather/policy.h"
#include "gather/task.h"
#include "gather/testing/scripted_connection.h"
#include "gather/testing/scripted_stream.h"
#include "tests/client/answers.h"
#include "tests/client/group_answers.h"

namespace gather {
namespace {

using ::gather::test::At;
using ::gather::test::CancelledBy;
using ::gather::test::Echo;
using ::gather::test::EndedEarly;
using ::gather::test::Failed;
using ::gather::test::FailedSummary;
using ::gather::test::MakeText;
using ::gather::test::Number;
using ::gather::test::NumberCall;
using ::gather::test::SatisfiedSummary;
using ::gather::test::Streamed;
using ::gather::test::Succeeded;
using ::gather::test::Text;
using ::gather::test::TextCall;
using ::gather::testing::ScriptedConnection;
using ::gather::testing::ScriptedGroup;

class TaskGroupTest : public ::testing::Test {
 protected:
  std::shared_ptr<ScriptedGroup> server() { return script_->group(0); }

  void End(const v1::Summary& summary) {
    server()->EmitSummary(summary);
    server()->End(absl::OkStatus());
  }

  // Ends the group when the client joins it.
  void SatisfyWhenJoined() {
    script_->ServeGroups([](const std::shared_ptr<ScriptedGroup>& group) {
      if (!group->joined()) return;
      group->EmitSummary(SatisfiedSummary());
      group->End(absl::OkStatus());
    });
  }

  ScriptedConnection* const script_ = new ScriptedConnection();
  Client client_{std::unique_ptr<Connection>(script_)};
};

TEST_F(TaskGroupTest, GivesEachTaskItsOutcome) {
  Echo(script_);
  TaskGroup group(client_);
  const Task<Text> name = group.Spawn(TextCall("Ada"));
  const Task<Number> age = group.Spawn(NumberCall(36));
  EXPECT_TRUE(group.Wait().ok());
  EXPECT_EQ(name.outcome()->value(), "Ada");
  EXPECT_EQ(age.outcome()->value(), 36);
  EXPECT_EQ(group.summary().verdict, Verdict::kSatisfied);
  EXPECT_EQ(group.summary().gather_id, "c0ffee");
}

TEST_F(TaskGroupTest, TellsRepliesAndFailuresApart) {
  Options options;
  options.policy = Collect();
  TaskGroup group(client_, options);
  const Task<Text> good = group.Spawn(TextCall());
  const Task<Text> bad = group.Spawn(TextCall());
  server()->EmitOutcome(At(1, Failed(5, "no such user")));
  server()->EmitOutcome(At(0, Succeeded(MakeText("Ada"))));
  End(SatisfiedSummary());
  EXPECT_TRUE(group.Wait().ok());
  EXPECT_EQ(good.outcome()->value(), "Ada");
  EXPECT_EQ(bad.outcome().status(), absl::NotFoundError("no such user"));
  EXPECT_EQ(bad.outcome().origin(), Origin::kBackend);
}

TEST_F(TaskGroupTest, TakesEveryFormOfReply) {
  TaskGroup group(client_);
  const auto streamed =
      group.Spawn(Call<std::vector<Text>>("users", "/demo.Users/List", MakeText("all")));
  const auto optional = group.Spawn(TextCall().Optional());
  EXPECT_TRUE(server()->add(0).server_streaming());
  server()->EmitOutcome(At(0, Streamed({MakeText("Ada"), MakeText("Grace")})));
  server()->EmitOutcome(At(1, Failed(5, "no such user")));
  End(SatisfiedSummary());
  EXPECT_TRUE(group.Wait().ok());
  ASSERT_EQ(streamed.outcome()->size(), 2);
  EXPECT_EQ((*streamed.outcome())[1].value(), "Grace");
  EXPECT_FALSE(optional.outcome().ok());
}

TEST_F(TaskGroupTest, SendsWhatTheOptionsSay) {
  Options options;
  options.policy = Quorum(2);
  options.timeout = absl::Seconds(3);
  options.max_concurrency = 7;
  options.label = "crawl";
  options.defaults.Timeout(absl::Seconds(1));
  options.deadline = std::chrono::steady_clock::now() + std::chrono::hours(1);
  options.metadata = {{"x-tenant", "blue"}};
  { TaskGroup group(client_, options); }
  const v1::Open& open = server()->open();
  EXPECT_EQ(open.policy().mode(), v1::MODE_QUORUM);
  EXPECT_EQ(open.policy().min_successes(), 2);
  EXPECT_EQ(open.policy().error_delivery(), v1::ERROR_DELIVERY_AS_RESPONSE);
  EXPECT_EQ(open.timeout().seconds(), 3);
  EXPECT_EQ(open.max_concurrency(), 7);
  EXPECT_EQ(open.label(), "crawl");
  EXPECT_EQ(open.defaults().timeout().seconds(), 1);
  EXPECT_EQ(server()->context().deadline, options.deadline);
  EXPECT_EQ(server()->context().metadata, options.metadata);
}

TEST_F(TaskGroupTest, FailsFastByDefaultAndMayLastForEver) {
  { TaskGroup group(client_); }
  EXPECT_EQ(server()->open().policy().mode(), v1::MODE_FAIL_FAST);
  EXPECT_FALSE(server()->open().has_timeout());
  EXPECT_FALSE(server()->open().has_defaults());
}

// semantics 13
TEST_F(TaskGroupTest, AFailedGroupTellsWhichAndWhomItCancelled) {
  TaskGroup group(client_);
  const Task<Text> sibling = group.Spawn(TextCall());
  const Task<Text> failing = group.Spawn(TextCall().Id("user"));
  server()->EmitOutcome(At(1, Failed(5, "no such user")));
  server()->EmitOutcome(At(0, CancelledBy(1)));
  End(FailedSummary(1, 5, "no such user"));
  const absl::Status status = group.Wait();
  EXPECT_EQ(status.message(), "sub-call 1 \"user\" (users /demo.Users/Name): no such user");
  EXPECT_EQ(Failures::From(status).first()->index, 1);
  EXPECT_EQ(failing.outcome().id(), "user");
  EXPECT_EQ(sibling.outcome().cause(), Cause::kSiblingFailed);
  EXPECT_EQ(sibling.outcome().caused_by(), 1);
  EXPECT_EQ(group.Wait(), status);  // as often as one likes
}

// semantics 42
TEST_F(TaskGroupTest, GrowsInReactionToOutcomesWhileSomebodyWaits) {
  Echo(script_);
  TaskGroup group(client_);
  std::vector<std::string> seen;
  absl::AnyInvocable<void(int)> spawn = [&](int depth) {
    group.Spawn(TextCall(absl::StrCat(depth))).Then([&, depth](const Outcome<Text>& outcome) {
      seen.push_back(outcome->value());
      if (depth > 0) spawn(depth - 1);
    });
  };
  spawn(3);
  EXPECT_TRUE(group.Wait().ok());
  EXPECT_EQ(seen, (std::vector<std::string>{"3", "2", "1", "0"}));
}

// semantics 42
TEST_F(TaskGroupTest, WhatAnExecutorHasStillToRunKeepsTheGroupOpen) {
  std::vector<absl::AnyInvocable<void()>> work;
  Options options;
  options.executor = [&](absl::AnyInvocable<void()> piece) { work.push_back(std::move(piece)); };
  SatisfyWhenJoined();
  TaskGroup group(client_, options);
  std::optional<Task<Text>> second;
  group.Spawn(TextCall()).Then([&](const Outcome<Text>&) { second = group.Spawn(TextCall()); });
  Future<absl::Status> ended = group.AsyncWait();
  server()->EmitOutcome(At(0, Succeeded(MakeText("Ada"))));
  script_->Settle();
  ASSERT_EQ(work.size(), 1);
  EXPECT_FALSE(server()->joined());
  std::exchange(work, {})[0]();
  EXPECT_FALSE(server()->joined());
  ASSERT_TRUE(second.has_value());
  server()->EmitOutcome(At(1, Succeeded(MakeText("Grace"))));
  script_->Settle();
  EXPECT_TRUE(server()->joined());
  EXPECT_TRUE(ended.Get().ok());
}

// semantics 42
TEST_F(TaskGroupTest, WorkThatAnExecutorDropsDoesNotKeepTheGroupOpen) {
  Options options;
  options.executor = [](const absl::AnyInvocable<void()>&) {};
  SatisfyWhenJoined();
  TaskGroup group(client_, options);
  group.Spawn(TextCall()).Then([](const Outcome<Text>&) {});
  server()->EmitOutcome(At(0, Succeeded(MakeText("Ada"))));
  EXPECT_TRUE(group.Wait().ok());
}

// semantics 43
TEST_F(TaskGroupTest, IsJoinedOnlyWhenTheLastHasEnded) {
  SatisfyWhenJoined();
  TaskGroup group(client_);
  group.Spawn(TextCall());
  group.Spawn(TextCall());
  Future<absl::Status> ended = group.AsyncWait();
  server()->EmitOutcome(At(1, Succeeded(MakeText("Grace"))));
  script_->Settle();
  EXPECT_FALSE(server()->joined());
  server()->EmitOutcome(At(0, Succeeded(MakeText("Ada"))));
  EXPECT_TRUE(ended.Get().ok());
  EXPECT_TRUE(server()->joined());
}

// semantics 2
TEST_F(TaskGroupTest, AnEmptyGroupIsJoinedAtOnce) {
  SatisfyWhenJoined();
  TaskGroup group(client_);
  EXPECT_TRUE(group.Wait().ok());
}

// semantics 43
TEST_F(TaskGroupTest, JoinSaysSoAtOnceAndTakesNoMore) {
  TaskGroup group(client_);
  group.Spawn(TextCall());
  group.Join();
  EXPECT_TRUE(server()->joined());
  const Task<Text> late = group.Spawn(TextCall());
  ASSERT_TRUE(late.done());
  EXPECT_EQ(late.outcome().disposition(), Disposition::kNotStarted);
  EXPECT_EQ(late.outcome().cause(), Cause::kGroupEnded);
  EXPECT_EQ(late.outcome().delivery(), Delivery::kNeverSent);
  EXPECT_EQ(late.outcome().index(), 1);
  EXPECT_TRUE(absl::IsCancelled(late.outcome().status()));
  EXPECT_EQ(server()->added(), 1);
}

// semantics 44
TEST_F(TaskGroupTest, WhatWasLostWithTheStreamTellsTheDecision) {
  Options options;
  options.policy = Any();
  TaskGroup group(client_, options);
  const Task<Text> winner = group.Spawn(TextCall());
  const Task<Text> lost = group.Spawn(TextCall().Id("late"));
  server()->EmitOutcome(At(0, Succeeded(MakeText("Ada"))));
  End(SatisfiedSummary(0));
  EXPECT_TRUE(group.Wait().ok());
  EXPECT_EQ(winner.outcome()->value(), "Ada");
  EXPECT_EQ(lost.outcome().disposition(), Disposition::kNotStarted);
  EXPECT_EQ(lost.outcome().cause(), Cause::kDecided);
  EXPECT_EQ(lost.outcome().caused_by(), 0);
  EXPECT_EQ(lost.outcome().delivery(), Delivery::kNeverSent);
  EXPECT_EQ(lost.outcome().id(), "late");
}

// semantics 44
TEST_F(TaskGroupTest, WhatIsAddedAfterTheFailureTellsWhose) {
  TaskGroup group(client_);
  group.Spawn(TextCall());
  server()->EmitOutcome(At(0, Failed(5, "no such user")));
  End(FailedSummary(0, 5, "no such user"));
  EXPECT_FALSE(group.Wait().ok());
  const Task<Text> late = group.Spawn(TextCall());
  EXPECT_EQ(late.outcome().disposition(), Disposition::kNotStarted);
  EXPECT_EQ(late.outcome().cause(), Cause::kSiblingFailed);
  EXPECT_EQ(late.outcome().caused_by(), 0);
  EXPECT_EQ(server()->added(), 1);
}

// semantics 46
TEST_F(TaskGroupTest, ATaskIsWithdrawnByItsId) {
  TaskGroup group(client_);
  const Task<Text> unnamed = group.Spawn(TextCall());
  const Task<Text> named = group.Spawn(TextCall().Id("user"));
  unnamed.Cancel();
  named.Cancel();
  EXPECT_EQ(server()->withdrawn(), (std::vector<std::string>{"0", "user"}));
}

// semantics 52
TEST_F(TaskGroupTest, WithdrawingATaskThatHasEndedSendsNothing) {
  TaskGroup group(client_);
  const Task<Text> task = group.Spawn(TextCall());
  server()->EmitOutcome(At(0, Succeeded(MakeText("Ada"))));
  script_->Settle();
  task.Cancel();
  EXPECT_TRUE(server()->withdrawn().empty());
  EXPECT_TRUE(task.outcome().ok());
}

// semantics 45
TEST_F(TaskGroupTest, EndEarlyStopsTheRestAndKeepsWhatHasFinished) {
  TaskGroup group(client_);
  const Task<Text> finished = group.Spawn(TextCall());
  const Task<Text> stopped = group.Spawn(TextCall());
  server()->EmitOutcome(At(0, Succeeded(MakeText("Ada"))));
  group.EndEarly();
  group.EndEarly();
  EXPECT_TRUE(server()->ended_early());
  server()->EmitOutcome(At(1, EndedEarly()));
  End(SatisfiedSummary());
  EXPECT_TRUE(group.Wait().ok());
  EXPECT_TRUE(finished.outcome().ok());
  EXPECT_EQ(stopped.outcome().cause(), Cause::kGroupEnded);
  group.EndEarly();  // semantics 52
}

TEST_F(TaskGroupTest, WrongOptionsAreAnsweredBeforeAnythingIsSent) {
  Options options;
  options.timeout = absl::ZeroDuration();
  TaskGroup group(client_, options);
  const Task<Text> task = group.Spawn(TextCall());
  EXPECT_TRUE(absl::IsInvalidArgument(group.Wait()));
  EXPECT_EQ(task.outcome().disposition(), Disposition::kRejected);
  EXPECT_TRUE(absl::IsInvalidArgument(task.Get().status()));
  EXPECT_EQ(script_->groups_started(), 0);
}

TEST_F(TaskGroupTest, WaitOnAWorkerThreadIsRefusedAndChangesNothing) {
  SatisfyWhenJoined();
  TaskGroup group(client_);
  std::promise<absl::Status> inner;
  script_->RunOnWorker([&] { inner.set_value(group.Wait()); });
  EXPECT_TRUE(absl::IsFailedPrecondition(inner.get_future().get()));
  EXPECT_FALSE(server()->joined());
  EXPECT_TRUE(group.Wait().ok());
  std::promise<absl::Status> after;
  script_->RunOnWorker([&] { after.set_value(group.Wait()); });
  EXPECT_TRUE(after.get_future().get().ok());
}

// semantics 42
TEST_F(TaskGroupTest, WaitInAReactionOnAnExecutorIsRefusedAndChangesNothing) {
  std::vector<absl::AnyInvocable<void()>> work;
  Options options;
  options.executor = [&](absl::AnyInvocable<void()> piece) { work.push_back(std::move(piece)); };
  SatisfyWhenJoined();
  TaskGroup group(client_, options);
  std::vector<absl::Status> inner;
  const Task<Text> task = group.Spawn(TextCall());
  task.Then([&](const Outcome<Text>&) { inner.push_back(group.Wait()); });
  server()->EmitOutcome(At(0, Succeeded(MakeText("Ada"))));
  script_->Settle();
  task.Then([&](const Outcome<Text>&) { inner.push_back(group.Wait()); });
  ASSERT_EQ(work.size(), 2);
  for (absl::AnyInvocable<void()>& piece : std::exchange(work, {})) piece();
  ASSERT_EQ(inner.size(), 2);
  EXPECT_TRUE(absl::IsFailedPrecondition(inner[0]));
  EXPECT_EQ(inner[1], inner[0]);
  EXPECT_FALSE(server()->joined());
  EXPECT_TRUE(group.Wait().ok());
  task.Then([&](const Outcome<Text>&) { inner.push_back(group.Wait()); });
  work.at(0)();
  EXPECT_TRUE(inner.back().ok());
}

// semantics 42
TEST_F(TaskGroupTest, AReactionMayWaitForAnotherGroup) {
  std::vector<absl::AnyInvocable<void()>> work;
  Options options;
  options.executor = [&](absl::AnyInvocable<void()> piece) { work.push_back(std::move(piece)); };
  Echo(script_);
  TaskGroup group(client_, options);
  absl::Status inner = absl::UnknownError("not run");
  group.Spawn(TextCall("Ada")).Then([&](const Outcome<Text>&) {
    TaskGroup other(client_);
    other.Spawn(TextCall("Grace"));
    inner = other.Wait();
  });
  script_->Settle();
  script_->Settle();
  ASSERT_EQ(work.size(), 1);
  work[0]();
  EXPECT_TRUE(inner.ok());
}

TEST_F(TaskGroupTest, AsyncWaitAnswersEverybody) {
  SatisfyWhenJoined();
  TaskGroup group(client_);
  std::promise<absl::Status> first;
  group.AsyncWait().Then([&](absl::Status status) { first.set_value(std::move(status)); });
  EXPECT_TRUE(group.AsyncWait().Get().ok());
  EXPECT_TRUE(first.get_future().get().ok());
  EXPECT_TRUE(group.AsyncWait().Get().ok());
}

TEST_F(TaskGroupTest, DroppingAnUnaskedAsyncWaitCancels) {
  TaskGroup group(client_);
  { const Future<absl::Status> unasked = group.AsyncWait(); }
  EXPECT_EQ(server()->cancels(), 1);
  EXPECT_TRUE(absl::IsCancelled(group.Wait()));
}

// semantics 50
TEST_F(TaskGroupTest, ManyThreadsMaySpawnAndCancel) {
  Echo(script_);
  TaskGroup group(client_);
  std::vector<std::thread> threads;
  threads.reserve(4);
  std::vector<std::vector<Task<Number>>> tasks(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&group, i, &mine = tasks[i]] {
      for (int k = 0; k < 500; ++k) {
        mine.push_back(group.Spawn(NumberCall(1000 * i + k)));
        mine.back().Then([&group](const Outcome<Number>& outcome) {
          group.Spawn(NumberCall(-outcome->value()));
        });
        if (k % 7 == 0) mine.back().Cancel();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(group.Wait().ok());
  for (int i = 0; i < 4; ++i) {
    for (int k = 0; k < 500; ++k) EXPECT_EQ(tasks[i][k].outcome()->value(), 1000 * i + k);
  }
  EXPECT_EQ(server()->added(), 4000);
}

// semantics 48
TEST_F(TaskGroupTest, KeepsNothingOfATaskThatHasEndedAndNobodyHolds) {
  TaskGroup group(client_);
  std::optional<Task<Text>> held = group.Spawn(TextCall());
  const std::weak_ptr<const void> state = held->state();
  server()->EmitOutcome(At(0, Succeeded(MakeText("Ada"))));
  script_->Settle();
  EXPECT_FALSE(state.expired());
  held.reset();
  EXPECT_TRUE(state.expired());
}

// semantics 48
TEST_F(TaskGroupTest, KeepsATaskThatNobodyHoldsUntilItHasEnded) {
  TaskGroup group(client_);
  const std::weak_ptr<const void> state = group.Spawn(TextCall()).state();
  EXPECT_FALSE(state.expired());
  server()->EmitOutcome(At(0, Failed(5, "no such user")));
  script_->Settle();
  EXPECT_TRUE(state.expired());
}

}  // namespace
}  // namespace gather
