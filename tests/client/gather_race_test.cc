#include "gather/gather_race.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
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

class GatherRaceTest : public ::testing::Test {
 protected:
  void Answer(const v1::GatherResponse& response) {
    script_->AnswerWith([response](const v1::GatherRequest&) { return Respond(response); });
  }

  ScriptedConnection* const script_ = new ScriptedConnection();
  Client client_{std::unique_ptr<Connection>(script_)};
};

// semantics 33
TEST_F(GatherRaceTest, GivesTheReplyOfTheFirstToEnd) {
  Answer(SatisfiedBy(1, {EndedByDecision(1), Succeeded(MakeText("Ada"))}));
  const absl::StatusOr<Winner<Text>> winner = GatherRace(client_, TextCall(), TextCall());
  ASSERT_TRUE(winner.ok()) << winner.status();
  EXPECT_EQ(winner->index, 1);
  EXPECT_EQ(winner->value.value(), "Ada");
  EXPECT_EQ(script_->request(0).policy().mode(), v1::MODE_RACE);
}

// semantics 33
TEST_F(GatherRaceTest, GivesTheFailureOfTheFirstToEnd) {
  Answer(FailedBy(0, {Failed(5, "no such user"), EndedByDecision(0)}));
  const auto winner = GatherRace(client_, std::vector{TextCall(), TextCall()});
  EXPECT_TRUE(absl::IsNotFound(winner.status()));
}

TEST_F(GatherRaceTest, AReplyThatDoesNotParseIsAFailureThoughAnotherSucceeded) {
  Answer(SatisfiedBy(0, {SucceededWithBytes("\xff"), Succeeded(MakeText("Ada"))}));
  EXPECT_TRUE(absl::IsInternal(GatherRace(client_, TextCall(), TextCall()).status()));
}

// semantics 3
TEST_F(GatherRaceTest, OfNobodyIsRefusedBeforeSending) {
  EXPECT_TRUE(absl::IsInvalidArgument(GatherRace(client_, std::vector<Call<Text>>()).status()));
  EXPECT_EQ(script_->started(), 0);
}

TEST_F(GatherRaceTest, TakesNoOtherPolicy) {
  Options options;
  options.policy = FailFast();
  EXPECT_TRUE(absl::IsInvalidArgument(GatherRace(client_, options, TextCall()).status()));
}

TEST_F(GatherRaceTest, HasAnAsynchronousForm) {
  Answer(SatisfiedBy(0, {Succeeded(MakeText("Ada"))}));
  auto future = AsyncGatherRace(client_, std::vector{TextCall()});
  EXPECT_EQ(future.Get()->value.value(), "Ada");
}

}  // namespace
}  // namespace gather
