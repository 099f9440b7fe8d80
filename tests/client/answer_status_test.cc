#include "gather/answer_status.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "gather/refusal.h"
#include "gather/sent_calls.h"
#include "tests/client/answers.h"

namespace gather::internal {
namespace {

using ::gather::test::CancelledBy;
using ::gather::test::Expired;
using ::gather::test::Failed;
using ::gather::test::FailedBy;
using ::gather::test::MakeText;
using ::gather::test::Satisfied;
using ::gather::test::Succeeded;

SentCalls Sent(int calls) {
  SentCalls sent;
  for (int i = 0; i < calls; ++i) {
    v1::SubCall call;
    call.set_target("users");
    call.set_method("/demo.Users/Get");
    if (i == 1) call.set_id("user");
    sent.Add(call);
  }
  return sent;
}

v1::ErrorInfo InfoOf(const absl::Status& status) {
  v1::ErrorInfo info;
  EXPECT_TRUE(
      info.ParseFromString(std::string(status.GetPayload(kErrorInfoUrl).value_or(absl::Cord()))));
  return info;
}

v1::GatherFailure FailureOf(const absl::Status& status) {
  v1::GatherFailure failure;
  EXPECT_TRUE(failure.ParseFromString(
      std::string(status.GetPayload(kGatherFailureUrl).value_or(absl::Cord()))));
  return failure;
}

TEST(AnswerStatusTest, SatisfiedIsOkHoweverManyFailed) {
  EXPECT_TRUE(StatusOfAnswer(Satisfied({Failed(5, "no")}), Sent(1)).ok());
}

TEST(AnswerStatusTest, FailedTakesTheDecidersCodeAndNamesIt) {
  const absl::Status status =
      StatusOfAnswer(FailedBy(1, {Succeeded(MakeText("")), Failed(5, "no such user")}), Sent(2));
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "sub-call 1 \"user\" (users /demo.Users/Get): no such user");
  const v1::ErrorInfo info = InfoOf(status);
  EXPECT_EQ(info.reason(), "SUB_CALL_FAILED");
  EXPECT_EQ(info.domain(), "gather.v1");
  EXPECT_EQ(info.metadata().at("gather_id"), "c0ffee");
  EXPECT_EQ(info.metadata().at("index"), "1");
  EXPECT_EQ(info.metadata().at("id"), "user");
  EXPECT_EQ(info.metadata().at("target"), "users");
  EXPECT_EQ(info.metadata().at("method"), "/demo.Users/Get");
}

// semantics 12
TEST(AnswerStatusTest, OtherFailuresAreCountedInTheMessageAndListedInThePayload) {
  const absl::Status status = StatusOfAnswer(
      FailedBy(2, {Failed(14, "down"), CancelledBy(2), Failed(5, "no"), Failed(13, "oops")}),
      Sent(4));
  EXPECT_EQ(status.message(), "sub-call 2 \"2\" (users /demo.Users/Get): no (+2 more)");
  const v1::GatherFailure failure = FailureOf(status);
  EXPECT_EQ(failure.gather_id(), "c0ffee");
  EXPECT_EQ(failure.total_failures(), 3);
  ASSERT_EQ(failure.failures_size(), 3);
  EXPECT_EQ(failure.failures(0).index(), 0);
  EXPECT_EQ(failure.failures(2).status().message(), "oops");
  EXPECT_EQ(failure.decision().decided_by(), 2);
  EXPECT_EQ(failure.summary().failed(), 3);
}

v1::Outcome FailedAt(int milliseconds, const std::string& message) {
  v1::Outcome outcome = Failed(5, message);
  outcome.mutable_timing()->mutable_finished()->set_nanos(milliseconds * 1'000'000);
  return outcome;
}

// Of three replicas the last in the request failed first, the first decided.
v1::GatherResponse ThreeFailed() {
  return FailedBy(0, {FailedAt(30, "no"), FailedAt(20, "no"), FailedAt(10, "no")});
}

// semantics 32
TEST(AnswerStatusTest, WhereFailuresAddUpTheFirstInTimeIsNamed) {
  SentCalls sent = Sent(3);
  for (const v1::Mode mode : {v1::MODE_ANY, v1::MODE_QUORUM, v1::MODE_COLLECT}) {
    v1::Policy policy;
    policy.set_mode(mode);
    sent.set_policy(policy);
    const absl::Status status = StatusOfAnswer(ThreeFailed(), sent);
    EXPECT_EQ(status.message(), "sub-call 2 \"2\" (users /demo.Users/Get): no (+2 more)");
    EXPECT_EQ(InfoOf(status).metadata().at("index"), "2");
  }
}

// semantics 36
TEST(AnswerStatusTest, AFailureThatDecidedAloneIsNamedThoughAnotherCameBefore) {
  SentCalls sent;
  v1::Policy policy;
  policy.set_mode(v1::MODE_ANY);
  sent.set_policy(policy);
  for (int i = 0; i < 3; ++i) {
    v1::SubCall call;
    if (i == 0) call.set_requirement(v1::REQUIREMENT_REQUIRED);
    sent.Add(call);
  }
  EXPECT_EQ(InfoOf(StatusOfAnswer(ThreeFailed(), sent)).metadata().at("index"), "0");
}

TEST(AnswerStatusTest, NothingIsCut) {
  std::vector<v1::Outcome> outcomes(500, Failed(5, std::string(1000, 'x')));
  const absl::Status status = StatusOfAnswer(FailedBy(0, outcomes), Sent(500));
  EXPECT_EQ(FailureOf(status).failures_size(), 500);
  EXPECT_EQ(FailureOf(status).failures(499).status().message().size(), 1000);
}

// semantics 66
TEST(AnswerStatusTest, ASubCallThatExpiredInTheQueueIsARealFailure) {
  v1::Outcome expired;
  expired.set_disposition(v1::DISPOSITION_NOT_STARTED);
  expired.set_cause(v1::CAUSE_SUB_CALL_DEADLINE);
  expired.mutable_status()->set_code(4);
  const absl::Status status = StatusOfAnswer(FailedBy(0, {expired}), Sent(1));
  EXPECT_TRUE(absl::IsDeadlineExceeded(status));
  EXPECT_EQ(FailureOf(status).failures_size(), 1);
}

// semantics 69
TEST(AnswerStatusTest, AnExpiryListsTheFailuresThatCameBefore) {
  const absl::Status status =
      StatusOfAnswer(Expired({Failed(5, "no"), Succeeded(MakeText(""))}), Sent(2));
  EXPECT_TRUE(absl::IsDeadlineExceeded(status));
  EXPECT_EQ(InfoOf(status).reason(), "GATHER_DEADLINE");
  EXPECT_EQ(FailureOf(status).failures_size(), 1);
}

TEST(AnswerStatusTest, AShutdownIsUnavailable) {
  v1::GatherResponse response = Expired({Succeeded(MakeText(""))});
  response.mutable_decision()->set_verdict(v1::VERDICT_CANCELLED);
  response.mutable_decision()->mutable_status()->set_code(14);
  const absl::Status status = StatusOfAnswer(response, Sent(1));
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_EQ(InfoOf(status).reason(), "SHUTDOWN");
}

TEST(AnswerStatusTest, AnUnknownVerdictIsAFault) {
  EXPECT_TRUE(absl::IsInternal(StatusOfAnswer(v1::GatherResponse(), Sent(0))));
}

}  // namespace
}  // namespace gather::internal
