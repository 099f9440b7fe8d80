#include "gather/gather_quorum.h"

#include <gtest/gtest.h>

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

class GatherQuorumTest : public ::testing::Test {
 protected:
  void Answer(const v1::GatherResponse& response) {
    script_->AnswerWith([response](const v1::GatherRequest&) { return Respond(response); });
  }

  ScriptedConnection* const script_ = new ScriptedConnection();
  Client client_{std::unique_ptr<Connection>(script_)};
};

// semantics 34
TEST_F(GatherQuorumTest, GivesSoManyRepliesAndWhoseTheyAre) {
  Answer(SatisfiedBy(2, {Succeeded(MakeText("a")), Failed(14, "down"), Succeeded(MakeText("c")),
                         EndedByDecision(2)}));
  const absl::StatusOr<Winners<Text>> replies =
      GatherQuorum(client_, 2, TextCall(), TextCall(), TextCall(), TextCall());
  ASSERT_TRUE(replies.ok()) << replies.status();
  ASSERT_EQ(replies->size(), 2);
  EXPECT_EQ((*replies)[0].index, 0);
  EXPECT_EQ((*replies)[0].value.value(), "a");
  EXPECT_EQ((*replies)[1].index, 2);
  EXPECT_EQ((*replies)[1].value.value(), "c");
  EXPECT_EQ(script_->request(0).policy().mode(), v1::MODE_QUORUM);
  EXPECT_EQ(script_->request(0).policy().min_successes(), 2);
}

TEST_F(GatherQuorumTest, TakesTheNumberFromTheOptionsPolicy) {
  Answer(SatisfiedBy(0, {Succeeded(MakeText("a")), EndedByDecision(0)}));
  Options options;
  options.policy = Quorum(1);
  const auto replies = GatherQuorum(client_, options, std::vector{TextCall(), TextCall()});
  ASSERT_TRUE(replies.ok()) << replies.status();
  EXPECT_EQ(replies->size(), 1);
}

// semantics 34
TEST_F(GatherQuorumTest, ListsTheFailuresWhenItCannotBeReached) {
  Answer(FailedBy(1, {EndedByDecision(1), Failed(14, "down"), Failed(5, "none")}));
  const auto replies = GatherQuorum(client_, 2, std::vector{TextCall(), TextCall(), TextCall()});
  EXPECT_TRUE(absl::IsUnavailable(replies.status()));
  EXPECT_EQ(Failures::From(replies.status()).size(), 2);
}

TEST_F(GatherQuorumTest, AReplyThatDoesNotParseIsMissedOnlyWhereItIsNeeded) {
  const std::vector<v1::Outcome> outcomes = {Succeeded(MakeText("a")), SucceededWithBytes("\xff"),
                                             Succeeded(MakeText("c"))};
  Answer(SatisfiedBy(2, outcomes));
  const std::vector calls = {TextCall(), TextCall(), TextCall()};
  EXPECT_TRUE(GatherQuorum(client_, 2, calls).ok());
  EXPECT_TRUE(absl::IsInternal(GatherQuorum(client_, 3, calls).status()));
}

TEST_F(GatherQuorumTest, LeavesOutRepliesThatDoNotCount) {
  Answer(SatisfiedBy(1, {Succeeded(MakeText("optional")), Succeeded(MakeText("b"))}));
  const auto replies = GatherQuorum(
      client_, 1, std::vector{TextCall().Optional(), TextCall().Optional().Required()});
  ASSERT_TRUE(replies.ok()) << replies.status();
  ASSERT_EQ(replies->size(), 1);
  EXPECT_EQ((*replies)[0].index, 1);
}

// semantics 3, 35
TEST_F(GatherQuorumTest, WhatCanNeverBeReachedIsRefusedBeforeSending) {
  Options without_number;
  for (const absl::Status& status : {GatherQuorum(client_, 0, TextCall()).status(),
                                     GatherQuorum(client_, 2, TextCall()).status(),
                                     GatherQuorum(client_, 1, std::vector<Call<Text>>()).status(),
                                     GatherQuorum(client_, 1, TextCall().Optional()).status(),
                                     GatherQuorum(client_, without_number, TextCall()).status()}) {
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  }
  EXPECT_EQ(script_->started(), 0);
}

TEST_F(GatherQuorumTest, HasAnAsynchronousForm) {
  Answer(SatisfiedBy(0, {Succeeded(MakeText("a"))}));
  EXPECT_EQ(AsyncGatherQuorum(client_, 1, TextCall()).Get()->size(), 1);
}

}  // namespace
}  // namespace gather
