#include "gather/gather_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gather/failures.h"
#include "gather/gather_client.h"
#include "gather/policy.h"
#include "gather/testing/scripted_connection.h"
#include "tests/client/answers.h"

namespace gather {
namespace {

using ::gather::test::CancelledBy;
using ::gather::test::Detached;
using ::gather::test::Failed;
using ::gather::test::FailedBy;
using ::gather::test::MakeNumber;
using ::gather::test::MakeText;
using ::gather::test::Number;
using ::gather::test::NumberCall;
using ::gather::test::Respond;
using ::gather::test::Satisfied;
using ::gather::test::Streamed;
using ::gather::test::Succeeded;
using ::gather::test::SucceededWithBytes;
using ::gather::test::Text;
using ::gather::test::TextCall;
using ::gather::testing::ScriptedConnection;
using ::testing::HasSubstr;

class GatherValuesTest : public ::testing::Test {
 protected:
  void Answer(const v1::GatherResponse& response) {
    script_->AnswerWith([response](const v1::GatherRequest&) { return Respond(response); });
  }

  ScriptedConnection* const script_ = new ScriptedConnection();
  Client client_{std::unique_ptr<Connection>(script_)};
};

TEST_F(GatherValuesTest, GivesEachCallItsTypedReply) {
  Answer(Satisfied({Succeeded(MakeText("Ada")), Succeeded(MakeNumber(36))}));
  const absl::StatusOr<std::tuple<Text, Number>> result = Gather(client_, TextCall(), NumberCall());
  ASSERT_TRUE(result.ok()) << result.status();
  const auto& [name, age] = *result;
  EXPECT_EQ(name.value(), "Ada");
  EXPECT_EQ(age.value(), 36);
}

TEST_F(GatherValuesTest, GivesAVectorInTheOrderOfTheCalls) {
  Answer(Satisfied({Succeeded(MakeNumber(1)), Succeeded(MakeNumber(2))}));
  const auto result = Gather(client_, std::vector{NumberCall(), NumberCall()});
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->size(), 2);
  EXPECT_EQ((*result)[0].value(), 1);
  EXPECT_EQ((*result)[1].value(), 2);
}

TEST_F(GatherValuesTest, NoCallsAreAnEmptyResult) {
  Answer(Satisfied({}));
  EXPECT_TRUE(Gather(client_).ok());
  const auto result = Gather(client_, std::vector<Call<Text>>());
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->empty());
}

TEST_F(GatherValuesTest, SendsFailFastAndAsksForTheWholeResponse) {
  Answer(Satisfied({Succeeded(MakeText(""))}));
  ASSERT_TRUE(Gather(client_, TextCall("x")).ok());
  const v1::GatherRequest request = script_->request(0);
  EXPECT_EQ(request.policy().mode(), v1::MODE_FAIL_FAST);
  EXPECT_EQ(request.policy().error_delivery(), v1::ERROR_DELIVERY_AS_RESPONSE);
  ASSERT_EQ(request.calls_size(), 1);
  EXPECT_EQ(request.calls(0).request(), MakeText("x").SerializeAsString());
}

TEST_F(GatherValuesTest, AFailureIsTheGathersStatus) {
  Answer(FailedBy(1, {CancelledBy(1), Failed(5, "no such user")}));
  const auto result = Gather(client_, TextCall(), NumberCall().Id("age"));
  EXPECT_TRUE(absl::IsNotFound(result.status()));
  EXPECT_EQ(result.status().message(), "sub-call 1 \"age\" (users /demo.Users/Age): no such user");
  EXPECT_EQ(Failures::From(result.status()).size(), 1);
}

TEST_F(GatherValuesTest, AnOptionalCallThatFailedIsNullopt) {
  Answer(Satisfied({Succeeded(MakeText("Ada")), Failed(14, "down"), Succeeded(MakeNumber(7))}));
  const absl::StatusOr<std::tuple<Text, std::optional<Text>, std::optional<Number>>> result =
      Gather(client_, TextCall(), TextCall().Optional(), NumberCall().Optional());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(std::get<1>(*result), std::nullopt);
  ASSERT_TRUE(std::get<2>(*result).has_value());
  EXPECT_EQ(std::get<2>(*result)->value(), 7);
}

TEST_F(GatherValuesTest, AReplyThatDoesNotParseFailsTheGather) {
  Answer(Satisfied({Succeeded(MakeText("Ada")), SucceededWithBytes("\xff")}));
  const auto result = Gather(client_, TextCall(), NumberCall());
  EXPECT_TRUE(absl::IsInternal(result.status()));
  const Failures failures = Failures::From(result.status());
  ASSERT_EQ(failures.size(), 1);
  EXPECT_EQ(failures.first()->index, 1);
  EXPECT_EQ(failures.first()->origin, Origin::kOrchestrator);
  EXPECT_EQ(failures.first()->delivery, Delivery::kAnswered);
}

TEST_F(GatherValuesTest, AnOptionalReplyThatDoesNotParseIsNullopt) {
  Answer(Satisfied({SucceededWithBytes("\xff")}));
  const auto result = Gather(client_, TextCall().Optional());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(std::get<0>(*result), std::nullopt);
}

TEST_F(GatherValuesTest, AReplyThatDoesNotParseYieldsToItsFallback) {
  Answer(Satisfied({SucceededWithBytes("\xff")}));
  const auto result = Gather(client_, TextCall().Fallback(MakeText("nobody")));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(std::get<0>(*result).value(), "nobody");
}

TEST_F(GatherValuesTest, ASatisfiedGatherThatLacksAReplyIsAFault) {
  Answer(Satisfied({Failed(14, "down")}));
  EXPECT_TRUE(absl::IsInternal(Gather(client_, TextCall()).status()));
}

TEST_F(GatherValuesTest, AResponseOfTheWrongShapeIsAFault) {
  Answer(Satisfied({Succeeded(MakeText("Ada"))}));
  EXPECT_TRUE(absl::IsInternal(Gather(client_, TextCall(), TextCall()).status()));
}

// semantics 27
TEST_F(GatherValuesTest, PropagateGivesTheFirstFailureWhileOthersRunOn) {
  Answer(FailedBy(0, {Failed(14, "down"), Detached()}));
  Options options;
  options.policy = Propagate();
  const auto result = Gather(client_, options, TextCall(), NumberCall());
  EXPECT_TRUE(absl::IsUnavailable(result.status()));
  EXPECT_EQ(Failures::From(result.status()).size(), 1);
  EXPECT_EQ(script_->request(0).policy().mode(), v1::MODE_PROPAGATE);
}

// semantics 30
TEST_F(GatherValuesTest, PropagateWithoutFailureGivesAllReplies) {
  Answer(Satisfied({Succeeded(MakeText("Ada")), Succeeded(MakeNumber(36))}));
  Options options;
  options.policy = Propagate();
  EXPECT_TRUE(Gather(client_, options, TextCall(), NumberCall()).ok());
}

TEST_F(GatherValuesTest, GivesAStreamsMessagesAndNulloptForAnOptionalOneThatFailed) {
  Answer(Satisfied({Streamed({MakeText("a"), MakeText("b")}), Failed(14, "down")}));
  const Call<std::vector<Text>> call("users", "/demo.Users/List", MakeText(""));
  const absl::StatusOr<std::tuple<std::vector<Text>, std::optional<std::vector<Text>>>> result =
      Gather(client_, call, call.Optional());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(std::get<0>(*result).size(), 2);
  EXPECT_EQ(std::get<1>(*result), std::nullopt);
}

TEST_F(GatherValuesTest, RefusesAPolicyWithoutRoomForFailuresBeforeSending) {
  Options options;
  options.policy = Collect();
  const auto result = Gather(client_, options, TextCall());
  EXPECT_TRUE(absl::IsInvalidArgument(result.status()));
  EXPECT_THAT(result.status().message(), HasSubstr("policy"));
  EXPECT_EQ(script_->started(), 0);
}

TEST_F(GatherValuesTest, RefusesAWrongCallBeforeSendingAndNamesIt) {
  const auto result = Gather(client_, TextCall(), TextCall().Timeout(absl::ZeroDuration()));
  EXPECT_TRUE(absl::IsInvalidArgument(result.status()));
  EXPECT_THAT(result.status().message(), HasSubstr("calls[1].timeout"));
  EXPECT_EQ(script_->started(), 0);
}

TEST_F(GatherValuesTest, RefusesADeadlineThatHasPassedBeforeSending) {
  Options options;
  options.deadline = std::chrono::steady_clock::now() - std::chrono::seconds(1);
  EXPECT_TRUE(absl::IsDeadlineExceeded(Gather(client_, options, TextCall()).status()));
  EXPECT_EQ(script_->started(), 0);
}

TEST_F(GatherValuesTest, HandsOnAFaultOfTheWay) {
  script_->AnswerWith([](const v1::GatherRequest&) { return absl::UnavailableError("no server"); });
  EXPECT_EQ(Gather(client_, TextCall()).status(), absl::UnavailableError("no server"));
}

TEST_F(GatherValuesTest, BlockingOnTheWorkerIsRefusedAndSendsNothing) {
  absl::Status status;
  script_->RunOnWorker([&] { status = Gather(client_, TextCall()).status(); });
  script_->Settle();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_EQ(script_->started(), 0);
}

}  // namespace
}  // namespace gather
