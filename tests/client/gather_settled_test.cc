#include "gather/gather_settled.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "gather/failures.h"
#include "gather/gather_client.h"
#include "gather/policy.h"
#include "gather/testing/scripted_connection.h"
#include "tests/client/answers.h"

namespace gather {
namespace {

using ::gather::test::CancelledBy;
using ::gather::test::Detached;
using ::gather::test::Expired;
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

class GatherSettledTest : public ::testing::Test {
 protected:
  void Answer(const v1::GatherResponse& response) {
    script_->AnswerWith([response](const v1::GatherRequest&) { return Respond(response); });
  }
  void AnswerWithStatus(const absl::Status& status) {
    script_->AnswerWith([status](const v1::GatherRequest&) { return status; });
  }

  ScriptedConnection* const script_ = new ScriptedConnection();
  Client client_{std::unique_ptr<Connection>(script_)};
};

TEST_F(GatherSettledTest, TellsRepliesAndFailuresApart) {
  Answer(Satisfied({Succeeded(MakeText("Ada")), Failed(5, "no such user")}));
  const auto [name, age] = GatherSettled(client_, TextCall(), NumberCall());
  ASSERT_TRUE(name.ok());
  EXPECT_EQ(name->value(), "Ada");
  EXPECT_FALSE(age.ok());
  EXPECT_EQ(age.status(), absl::NotFoundError("no such user"));
  EXPECT_EQ(age.disposition(), Disposition::kFailed);
  EXPECT_EQ(script_->request(0).policy().mode(), v1::MODE_COLLECT);
}

TEST_F(GatherSettledTest, AVectorIsARangeOfOutcomes) {
  Answer(Satisfied({Failed(14, "down"), Succeeded(MakeNumber(2))}));
  std::vector<bool> ok;
  for (const Outcome<Number>& outcome :
       GatherSettled(client_, std::vector{NumberCall(), NumberCall()}).outcomes()) {
    ok.push_back(outcome.ok());
  }
  EXPECT_EQ(ok, (std::vector<bool>{false, true}));
}

TEST_F(GatherSettledTest, CollectIsSatisfiedHoweverManyFailed) {
  Answer(Satisfied({Failed(14, "down")}));
  const auto settled = GatherSettled(client_, TextCall());
  EXPECT_TRUE(settled.status().ok());
  EXPECT_EQ(settled.summary().verdict, Verdict::kSatisfied);
  EXPECT_EQ(settled.summary().failed, 1);
}

TEST_F(GatherSettledTest, FailFastTellsTheDecisionAndWhomItCancelled) {
  Answer(FailedBy(1, {CancelledBy(1), Failed(5, "no such user")}));
  Options options;
  options.policy = FailFast();
  const auto settled = GatherSettled(client_, options, TextCall(), NumberCall());
  EXPECT_TRUE(absl::IsNotFound(settled.status()));
  EXPECT_EQ(settled.summary().decided_by, 1);
  EXPECT_EQ(settled.get<0>().cause(), Cause::kSiblingFailed);
  EXPECT_EQ(settled.get<0>().caused_by(), 1);
}

TEST_F(GatherSettledTest, ADeadlineKeepsWhatWasFinished) {
  Answer(Expired({Succeeded(MakeText("Ada")), CancelledBy(0)}));
  const auto settled = GatherSettled(client_, TextCall(), NumberCall());
  EXPECT_TRUE(absl::IsDeadlineExceeded(settled.status()));
  EXPECT_EQ(settled.get<0>()->value(), "Ada");
}

TEST_F(GatherSettledTest, AReplyThatDoesNotParseIsAFailureOfItsSlot) {
  Answer(Satisfied({SucceededWithBytes("\xff"), Succeeded(MakeNumber(1))}));
  const auto settled = GatherSettled(client_, TextCall(), NumberCall());
  EXPECT_TRUE(settled.status().ok());
  EXPECT_EQ(settled.summary().succeeded, 1);
  EXPECT_EQ(settled.summary().failed, 1);
  const Outcome<Text>& outcome = settled.get<0>();
  EXPECT_TRUE(absl::IsInternal(outcome.status()));
  EXPECT_EQ(outcome.disposition(), Disposition::kFailed);
  EXPECT_EQ(outcome.origin(), Origin::kOrchestrator);
  EXPECT_EQ(outcome.delivery(), Delivery::kAnswered);
}

TEST_F(GatherSettledTest, ARequiredReplyThatDoesNotParseFailsTheGather) {
  Answer(Satisfied({Succeeded(MakeNumber(1)), SucceededWithBytes("\xff")}));
  const auto settled = GatherSettled(client_, NumberCall(), TextCall().Required());
  EXPECT_TRUE(absl::IsInternal(settled.status()));
  EXPECT_EQ(settled.summary().decided_by, 1);
}

TEST_F(GatherSettledTest, AFallbackKeepsTheFailureThatItReplaced) {
  v1::Outcome outcome = Failed(14, "down");
  outcome.set_disposition(v1::DISPOSITION_SUCCEEDED);
  outcome.set_from_fallback(true);
  outcome.set_response(MakeText("nobody").SerializeAsString());
  Answer(Satisfied({outcome}));
  const auto [name] = GatherSettled(client_, TextCall().Fallback(MakeText("nobody")));
  ASSERT_TRUE(name.ok());
  EXPECT_TRUE(name.from_fallback());
  EXPECT_TRUE(name.status().ok());
  EXPECT_EQ(name.replaced_status(), absl::UnavailableError("down"));
  EXPECT_EQ(name->value(), "nobody");
}

TEST_F(GatherSettledTest, ARefusalStandsInEverySlotAsRejected) {
  Options options;
  options.timeout = -absl::Seconds(1);
  const auto settled = GatherSettled(client_, options, TextCall(), NumberCall().Id("age"));
  EXPECT_TRUE(absl::IsInvalidArgument(settled.status()));
  EXPECT_EQ(settled.summary().verdict, Verdict::kNone);
  EXPECT_EQ(settled.get<0>().disposition(), Disposition::kRejected);
  EXPECT_EQ(settled.get<0>().delivery(), Delivery::kNeverSent);
  EXPECT_EQ(settled.get<1>().id(), "age");
  EXPECT_EQ(settled.get<1>().status().message(), settled.status().message());
  EXPECT_EQ(script_->started(), 0);
}

TEST_F(GatherSettledTest, ALostAnswerStandsInEverySlotAsUnknown) {
  AnswerWithStatus(absl::UnavailableError("Socket closed"));
  const auto settled = GatherSettled(client_, std::vector{TextCall(), TextCall()});
  EXPECT_EQ(settled.status(), absl::UnavailableError("Socket closed"));
  ASSERT_EQ(settled.size(), 2);
  EXPECT_EQ(settled[1].disposition(), Disposition::kFailed);
  EXPECT_EQ(settled[1].origin(), Origin::kTransport);
  EXPECT_EQ(settled[1].delivery(), Delivery::kEffectUnknown);
}

TEST_F(GatherSettledTest, AnAnswerTooLateForItsDeadlineSaysSo) {
  AnswerWithStatus(absl::DeadlineExceededError("Deadline Exceeded"));
  const auto [name] = GatherSettled(client_, TextCall());
  EXPECT_EQ(name.disposition(), Disposition::kCancelled);
  EXPECT_EQ(name.cause(), Cause::kGatherDeadline);
  EXPECT_EQ(name.delivery(), Delivery::kEffectUnknown);
}

// semantics 56
TEST_F(GatherSettledTest, AShieldedCallIsReadAsStillRunning) {
  Answer(FailedBy(1, {Detached(), Failed(5, "no such user")}));
  Options options;
  options.policy = FailFast();
  const auto settled = GatherSettled(client_, options, TextCall().Shielded(), NumberCall());
  EXPECT_TRUE(script_->request(0).calls(0).shielded());
  const Outcome<Text>& detached = settled.get<0>();
  EXPECT_FALSE(detached.ok());
  EXPECT_EQ(detached.disposition(), Disposition::kDetached);
  EXPECT_EQ(detached.delivery(), Delivery::kEffectUnknown);
  EXPECT_TRUE(absl::IsUnknown(detached.status()));
}

// semantics 56
TEST_F(GatherSettledTest, ACancelLeavesAShieldedCallRunning) {
  auto future = AsyncGatherSettled(client_, TextCall().Shielded(), NumberCall());
  future.Cancel();
  const auto settled = future.Get();
  EXPECT_EQ(settled.get<0>().disposition(), Disposition::kDetached);
  EXPECT_EQ(settled.get<1>().disposition(), Disposition::kCancelled);
}

TEST_F(GatherSettledTest, AStreamingCallGivesAllItsMessages) {
  Answer(Satisfied({Streamed({MakeText("a"), MakeText("b")}), Streamed({})}));
  const Call<std::vector<Text>> call("users", "/demo.Users/List", MakeText(""));
  const auto settled = GatherSettled(client_, call, call);
  EXPECT_TRUE(script_->request(0).calls(0).server_streaming());
  ASSERT_TRUE(settled.get<0>().ok());
  ASSERT_EQ(settled.get<0>()->size(), 2);
  EXPECT_EQ(settled.get<0>().value()[1].value(), "b");
  ASSERT_TRUE(settled.get<1>().ok());
  EXPECT_TRUE(settled.get<1>()->empty());
}

TEST_F(GatherSettledTest, OneMessageThatDoesNotParseFailsItsStream) {
  v1::Outcome outcome = Streamed({MakeText("a")});
  outcome.add_responses("\xff");
  Answer(Satisfied({outcome, outcome}));
  const Call<std::vector<Text>> call("users", "/demo.Users/List", MakeText(""));
  const auto settled =
      GatherSettled(client_, call, Call<std::vector<Text>>(call).Fallback(MakeText("nobody")));
  EXPECT_TRUE(absl::IsInternal(settled.get<0>().status()));
  ASSERT_TRUE(settled.get<1>().ok());
  ASSERT_EQ(settled.get<1>()->size(), 1);
  EXPECT_EQ(settled.get<1>().value()[0].value(), "nobody");
}

// semantics 73
TEST_F(GatherSettledTest, ABackendsDetailsAndTrailersArriveBitForBit) {
  v1::Outcome outcome = Failed(5, "no such user");
  google::protobuf::Any* detail = outcome.mutable_status()->add_details();
  detail->set_type_url("type.googleapis.com/demo.Reason");
  detail->set_value(std::string("\0\xff", 2));
  v1::Metadata* trailer = outcome.add_trailers();
  trailer->set_key("x-why-bin");
  trailer->set_value(std::string("\0\x01", 2));
  Answer(Satisfied({outcome}));
  const auto [name] = GatherSettled(client_, TextCall());
  EXPECT_EQ(name.status().GetPayload("type.googleapis.com/demo.Reason"),
            absl::Cord(std::string("\0\xff", 2)));
  ASSERT_EQ(name.trailers().size(), 1);
  EXPECT_EQ(name.trailers()[0].second, std::string("\0\x01", 2));
}

// semantics 53
TEST_F(GatherSettledTest, ACancelBeforeTheStartSendsNothing) {
  std::stop_source stop;
  stop.request_stop();
  Options options;
  options.cancellation = stop.get_token();
  const auto settled = GatherSettled(client_, options, TextCall());
  EXPECT_TRUE(absl::IsCancelled(settled.status()));
  EXPECT_EQ(settled.get<0>().disposition(), Disposition::kNotStarted);
  EXPECT_EQ(settled.get<0>().cause(), Cause::kCaller);
  EXPECT_EQ(settled.get<0>().delivery(), Delivery::kNeverSent);
  EXPECT_EQ(script_->started(), 0);
}

TEST_F(GatherSettledTest, ACancelAfterTheStartStandsInEverySlot) {
  std::stop_source stop;
  Options options;
  options.cancellation = stop.get_token();
  auto future = AsyncGatherSettled(client_, options, TextCall());
  stop.request_stop();
  const auto settled = future.Get();
  EXPECT_TRUE(absl::IsCancelled(settled.status()));
  EXPECT_EQ(settled.get<0>().disposition(), Disposition::kCancelled);
  EXPECT_EQ(settled.get<0>().cause(), Cause::kCaller);
  EXPECT_EQ(settled.get<0>().delivery(), Delivery::kEffectUnknown);
}

TEST_F(GatherSettledTest, BlockingOnTheWorkerIsRefusedAndSendsNothing) {
  std::optional<SettledTuple<Text>> settled;
  script_->RunOnWorker([&] { settled = GatherSettled(client_, TextCall()); });
  script_->Settle();
  EXPECT_TRUE(absl::IsFailedPrecondition(settled->status()));
  EXPECT_EQ(settled->get<0>().disposition(), Disposition::kRejected);
  EXPECT_EQ(script_->started(), 0);
}

}  // namespace
}  // namespace gather
