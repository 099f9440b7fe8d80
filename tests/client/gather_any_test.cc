#include "gather/gather_any.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gather/failures.h"
#include "gather/gather_client.h"
#include "gather/policy.h"
#include "gather/testing/scripted_connection.h"
#include "tests/client/answers.h"

namespace gather {
namespace {

using ::gather::test::EndedByDecision;
using ::gather::test::Failed;
using ::gather::test::FailedBy;
using ::gather::test::MakeText;
using ::gather::test::Respond;
using ::gather::test::SatisfiedBy;
using ::gather::test::Succeeded;
using ::gather::test::SucceededWithBytes;
using ::gather::test::Text;
using ::gather::test::TextCall;
using ::gather::testing::ScriptedConnection;

class GatherAnyTest : public ::testing::Test {
 protected:
  void Answer(const v1::GatherResponse& response) {
    script_->AnswerWith([response](const v1::GatherRequest&) { return Respond(response); });
  }

  ScriptedConnection* const script_ = new ScriptedConnection();
  Client client_{std::unique_ptr<Connection>(script_)};
};

// semantics 31
TEST_F(GatherAnyTest, GivesTheFirstReplyAndWhoseItIs) {
  Answer(SatisfiedBy(1, {Failed(14, "down"), Succeeded(MakeText("Ada")), EndedByDecision(1)}));
  const absl::StatusOr<Winner<Text>> winner =
      GatherAny(client_, TextCall(), TextCall(), TextCall());
  ASSERT_TRUE(winner.ok()) << winner.status();
  EXPECT_EQ(winner->index, 1);
  EXPECT_EQ(winner->value.value(), "Ada");
  EXPECT_EQ(script_->request(0).policy().mode(), v1::MODE_ANY);
}

TEST_F(GatherAnyTest, OfTwoRepliesTheOneThatDecidedWins) {
  Answer(SatisfiedBy(1, {Succeeded(MakeText("late")), Succeeded(MakeText("first"))}));
  const auto winner = GatherAny(client_, std::vector{TextCall(), TextCall()});
  ASSERT_TRUE(winner.ok()) << winner.status();
  EXPECT_EQ(winner->index, 1);
}

// semantics 32
TEST_F(GatherAnyTest, ListsAllFailuresWhenAllFail) {
  Answer(FailedBy(0, {Failed(14, "down"), Failed(5, "none")}));
  const auto winner = GatherAny(client_, std::vector{TextCall(), TextCall()});
  EXPECT_TRUE(absl::IsUnavailable(winner.status()));
  const Failures failures = Failures::From(winner.status());
  ASSERT_EQ(failures.size(), 2);
  EXPECT_EQ(failures.begin()[0].index, 0);
  EXPECT_EQ(failures.begin()[1].status, absl::NotFoundError("none"));
}

TEST_F(GatherAnyTest, AWinnerWhoseReplyDoesNotParseIsNone) {
  Answer(SatisfiedBy(0, {SucceededWithBytes("\xff"), EndedByDecision(0)}));
  const auto winner = GatherAny(client_, TextCall(), TextCall());
  EXPECT_TRUE(absl::IsInternal(winner.status())) << winner.status();
  EXPECT_EQ(Failures::From(winner.status()).first()->index, 0);
}

TEST_F(GatherAnyTest, AnotherReplyStandsInForAWinnersThatDoesNotParse) {
  Answer(SatisfiedBy(0, {SucceededWithBytes("\xff"), Succeeded(MakeText("Ada"))}));
  const auto winner = GatherAny(client_, TextCall(), TextCall());
  ASSERT_TRUE(winner.ok()) << winner.status();
  EXPECT_EQ(winner->index, 1);
}

// semantics 3
TEST_F(GatherAnyTest, OfNobodyIsRefusedBeforeSending) {
  const auto winner = GatherAny(client_, std::vector<Call<Text>>());
  EXPECT_TRUE(absl::IsInvalidArgument(winner.status()));
  EXPECT_EQ(script_->started(), 0);
}

// semantics 35
TEST_F(GatherAnyTest, OfNobodyWhoCountsIsRefusedBeforeSending) {
  const auto winner = GatherAny(client_, TextCall().Optional(), TextCall().Optional());
  EXPECT_TRUE(absl::IsInvalidArgument(winner.status()));
  EXPECT_EQ(script_->started(), 0);
}

// semantics 36
TEST_F(GatherAnyTest, AnOptionalCallNeverWins) {
  Answer(SatisfiedBy(1, {Succeeded(MakeText("optional")), Succeeded(MakeText("Ada"))}));
  const auto winner = GatherAny(client_, TextCall().Optional(), TextCall().Optional().Required());
  ASSERT_TRUE(winner.ok()) << winner.status();
  EXPECT_EQ(winner->index, 1);
  EXPECT_EQ(winner->value->value(), "Ada");
}

TEST_F(GatherAnyTest, TakesNoOtherPolicy) {
  Options options;
  options.policy = Race();
  EXPECT_TRUE(absl::IsInvalidArgument(GatherAny(client_, options, TextCall()).status()));
  EXPECT_EQ(script_->started(), 0);
}

TEST_F(GatherAnyTest, HasAnAsynchronousForm) {
  Answer(SatisfiedBy(0, {Succeeded(MakeText("Ada"))}));
  std::promise<std::string> name;
  AsyncGatherAny(client_, TextCall()).Then([&](absl::StatusOr<Winner<Text>> winner) {
    name.set_value(winner.ok() ? winner->value.value() : "");
  });
  EXPECT_EQ(name.get_future().get(), "Ada");
}

}  // namespace
}  // namespace gather
