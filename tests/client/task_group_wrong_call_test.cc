// Calls that cannot be sent as they are, and replies that cannot be read.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gather/failures.h"
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
using ::gather::test::EndedEarly;
using ::gather::test::FailedSummary;
using ::gather::test::MakeText;
using ::gather::test::Rejected;
using ::gather::test::SatisfiedSummary;
using ::gather::test::Succeeded;
using ::gather::test::SucceededWithBytes;
using ::gather::test::Text;
using ::gather::test::TextCall;
using ::gather::testing::ScriptedConnection;
using ::gather::testing::ScriptedGroup;

class TaskGroupWrongCallTest : public ::testing::Test {
 protected:
  std::shared_ptr<ScriptedGroup> server() { return script_->group(0); }

  void End(const v1::Summary& summary) {
    server()->EmitSummary(summary);
    server()->End(absl::OkStatus());
  }

  ScriptedConnection* const script_ = new ScriptedConnection();
  Client client_{std::unique_ptr<Connection>(script_)};
};

// semantics 47
TEST_F(TaskGroupWrongCallTest, AWrongCallIsRejectedAloneAndThePolicyGoesOn) {
  Options options;
  options.policy = Collect();
  TaskGroup group(client_, options);
  const Task<Text> wrong =
      group.Spawn(TextCall().Id("wrong").Timeout(absl::ZeroDuration()).Required());
  const Task<Text> good = group.Spawn(TextCall());
  // It takes its place as a call that the engine refuses, too.
  EXPECT_EQ(server()->add(0).method(), "");
  EXPECT_EQ(server()->add(0).target(), "users");
  EXPECT_EQ(server()->add(0).requirement(), v1::REQUIREMENT_REQUIRED);
  wrong.Cancel();
  EXPECT_EQ(server()->withdrawn(), (std::vector<std::string>{"0"}));
  server()->EmitOutcome(At(0, Rejected(3, "method: empty")));
  server()->EmitOutcome(At(1, Succeeded(MakeText("Ada"))));
  End(FailedSummary(0, 3, "method: empty"));
  const absl::Status status = group.Wait();
  EXPECT_EQ(status.message(),
            "sub-call 0 \"wrong\" (users /demo.Users/Name): timeout: a timeout is positive and "
            "finite, not 0");
  EXPECT_EQ(wrong.outcome().disposition(), Disposition::kRejected);
  EXPECT_EQ(wrong.outcome().id(), "wrong");
  EXPECT_TRUE(absl::IsInvalidArgument(wrong.outcome().status()));
  EXPECT_TRUE(good.outcome().ok());
}

// semantics 47
TEST_F(TaskGroupWrongCallTest, AnIdThatIsTakenIsRejectedAndFreeAgainAfterTheEnd) {
  TaskGroup group(client_);
  const Task<Text> first = group.Spawn(TextCall().Id("user"));
  const Task<Text> twice = group.Spawn(TextCall().Id("user"));
  EXPECT_EQ(server()->add(1).id(), "");
  server()->EmitOutcome(At(1, Rejected(3, "method: empty")));
  script_->Settle();
  EXPECT_TRUE(absl::IsInvalidArgument(twice.outcome().status()));
  EXPECT_EQ(twice.outcome().id(), "user");
  EXPECT_FALSE(first.done());
  const Task<Text> still = group.Spawn(TextCall().Id("user"));
  EXPECT_EQ(server()->add(2).id(), "");
  server()->EmitOutcome(At(0, Succeeded(MakeText("Ada"))));
  script_->Settle();
  group.Spawn(TextCall().Id("user"));
  EXPECT_EQ(server()->add(3).id(), "user");
}

// semantics 47
TEST_F(TaskGroupWrongCallTest, ANumberIsTheIdOfItsOwnIndexOnly) {
  TaskGroup group(client_);
  group.Spawn(TextCall().Id("0"));
  EXPECT_EQ(server()->add(0).id(), "0");
  const Task<Text> wrong = group.Spawn(TextCall().Id("7"));
  EXPECT_EQ(server()->add(1).id(), "");
  server()->EmitOutcome(At(1, Rejected(3, "method: empty")));
  script_->Settle();
  EXPECT_TRUE(absl::IsInvalidArgument(wrong.outcome().status()));
}

// semantics 47
TEST_F(TaskGroupWrongCallTest, AWrongCallIsToldItsOwnErrorAfterTheJoinAndTheEnd) {
  TaskGroup group(client_);
  const auto wrong = [] { return TextCall().Timeout(absl::ZeroDuration()); };
  const Task<Text> on_its_way = group.Spawn(wrong());
  group.Join();
  const Task<Text> after_join = group.Spawn(wrong());
  End(SatisfiedSummary());
  EXPECT_TRUE(group.Wait().ok());
  for (const Task<Text>& task : {on_its_way, after_join, group.Spawn(wrong())}) {
    EXPECT_EQ(task.outcome().disposition(), Disposition::kRejected);
    EXPECT_EQ(task.outcome().delivery(), Delivery::kNeverSent);
    EXPECT_EQ(task.outcome().origin(), Origin::kOrchestrator);
    EXPECT_TRUE(absl::IsInvalidArgument(task.outcome().status()));
  }
  EXPECT_EQ(server()->added(), 1);
}

TEST_F(TaskGroupWrongCallTest, AReplyThatCannotBeReadFailsTheGroupAndEndsTheRest) {
  TaskGroup group(client_);
  const Task<Text> unreadable = group.Spawn(TextCall());
  const Task<Text> rest = group.Spawn(TextCall());
  server()->EmitOutcome(At(0, SucceededWithBytes("\xff")));
  script_->Settle();
  EXPECT_EQ(unreadable.outcome().disposition(), Disposition::kFailed);
  EXPECT_TRUE(absl::IsInternal(unreadable.outcome().status()));
  EXPECT_EQ(unreadable.outcome().origin(), Origin::kOrchestrator);
  EXPECT_EQ(unreadable.outcome().delivery(), Delivery::kAnswered);
  EXPECT_TRUE(server()->ended_early());
  server()->EmitOutcome(At(1, EndedEarly()));
  End(SatisfiedSummary());
  const absl::Status status = group.Wait();
  EXPECT_TRUE(absl::IsInternal(status));
  EXPECT_EQ(Failures::From(status).first()->index, 0);
  EXPECT_EQ(rest.outcome().cause(), Cause::kSiblingFailed);
  EXPECT_EQ(rest.outcome().caused_by(), 0);
  EXPECT_EQ(group.summary().verdict, Verdict::kFailed);
}

// semantics 74
TEST_F(TaskGroupWrongCallTest, AFallbackStandsInForAReplyThatCannotBeRead) {
  TaskGroup group(client_);
  const Task<Text> task = group.Spawn(TextCall().Fallback(MakeText("nobody")));
  server()->EmitOutcome(At(0, SucceededWithBytes("\xff")));
  script_->Settle();
  EXPECT_FALSE(server()->ended_early());
  EXPECT_EQ(task.outcome()->value(), "nobody");
  EXPECT_TRUE(task.outcome().from_fallback());
}

}  // namespace
}  // namespace gather
