#include "engine/rpc_status.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/engine/answers.h"

namespace gather::engine {
namespace {

constexpr char kAsStatus[] = "error_delivery: ERROR_DELIVERY_AS_STATUS";
constexpr char kAsResponse[] = "error_delivery: ERROR_DELIVERY_AS_RESPONSE";

Answer ThreeOfWhichTwoFailed(const std::string& policy) {
  Answer answer = MakeAnswer(3, policy);
  Fail(&answer, 0, 14, "down");
  Fail(&answer, 2, 5, "no such user");
  DecideFailed(&answer, 2);
  return answer;
}

TEST(RpcStatusTest, SatisfiedIsOk) {
  Answer answer = MakeAnswer(2, kAsStatus);
  Decide(&answer, v1::VERDICT_SATISFIED, 0);
  const RpcStatus status = ToRpcStatus(answer);
  EXPECT_EQ(status.code, 0);
  EXPECT_EQ(status.message, "");
  EXPECT_EQ(status.details, "");
}

// semantics 22
TEST(RpcStatusTest, CollectWithAllFailedIsOk) {
  Answer answer = MakeAnswer(1, "mode: MODE_COLLECT error_delivery: ERROR_DELIVERY_AS_STATUS");
  Fail(&answer, 0, 5, "no");
  Decide(&answer, v1::VERDICT_SATISFIED, 0);
  EXPECT_EQ(ToRpcStatus(answer).code, 0);
}

TEST(RpcStatusTest, ValidateOnlyIsOk) { EXPECT_EQ(ToRpcStatus(MakeAnswer(2, kAsStatus)).code, 0); }

TEST(RpcStatusTest, FailedCarriesTheDecidingFailure) {
  const Answer answer = ThreeOfWhichTwoFailed(kAsStatus);
  const RpcStatus status = ToRpcStatus(answer);
  EXPECT_EQ(status.code, 5);
  EXPECT_EQ(status.message, "sub-call 2 \"2\" (users /demo.Users/Get): no such user (+1 more)");

  v1::Status details;
  ASSERT_TRUE(details.ParseFromString(status.details));
  EXPECT_EQ(details.code(), 5);
  EXPECT_EQ(details.message(), "");
  ASSERT_EQ(details.details_size(), 2);
  EXPECT_EQ(details.details(0).type_url(), "type.googleapis.com/google.rpc.ErrorInfo");
  EXPECT_EQ(details.details(1).type_url(), "type.googleapis.com/gather.v1.GatherFailure");

  const v1::ErrorInfo info = ErrorInfoIn(status.details);
  EXPECT_EQ(info.reason(), "SUB_CALL_FAILED");
  EXPECT_EQ(info.domain(), "gather.v1");
  EXPECT_EQ(info.metadata_size(), 5);
  EXPECT_EQ(info.metadata().at("gather_id"), "0123");
  EXPECT_EQ(info.metadata().at("index"), "2");
  EXPECT_EQ(info.metadata().at("id"), "2");
  EXPECT_EQ(info.metadata().at("target"), "users");
  EXPECT_EQ(info.metadata().at("method"), "/demo.Users/Get");
}

// semantics 12
TEST(RpcStatusTest, FailedListsTheRealFailuresInIndexOrder) {
  Answer answer = ThreeOfWhichTwoFailed(kAsStatus);
  answer.outcomes[2].status->add_details()->set_type_url("u");
  DecideFailed(&answer, 2);
  answer.summary.set_failed(2);
  const v1::GatherFailure failure = GatherFailureIn(ToRpcStatus(answer).details);
  EXPECT_EQ(failure.gather_id(), "0123");
  EXPECT_EQ(failure.total_failures(), 2u);
  EXPECT_EQ(failure.summary().failed(), 2u);
  EXPECT_EQ(failure.decision().verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(failure.decision().decided_by(), 2u);
  EXPECT_EQ(failure.decision().status().code(), 5);
  EXPECT_EQ(failure.decision().status().message(), "no such user");
  EXPECT_EQ(failure.decision().status().details_size(), 0);
  ASSERT_EQ(failure.failures_size(), 2);
  EXPECT_EQ(failure.failures(0).index(), 0u);
  EXPECT_EQ(failure.failures(0).id(), "0");
  EXPECT_EQ(failure.failures(0).status().code(), 14);
  EXPECT_EQ(failure.failures(0).status().message(), "down");
  EXPECT_EQ(failure.failures(0).origin(), v1::ORIGIN_BACKEND);
  EXPECT_EQ(failure.failures(0).delivery(), v1::DELIVERY_ANSWERED);
  EXPECT_EQ(failure.failures(1).index(), 2u);
  EXPECT_EQ(failure.failures(1).status().details_size(), 1);
}

// semantics 13
TEST(RpcStatusTest, SiblingsThatTheGatherCancelledAreNotListed) {
  Answer answer = MakeAnswer(3, kAsStatus);
  Fail(&answer, 1, 5, "no");
  Stop(&answer, 0, v1::DISPOSITION_CANCELLED, v1::CAUSE_SIBLING_FAILED);
  Stop(&answer, 2, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SIBLING_FAILED);
  DecideFailed(&answer, 1);
  const RpcStatus status = ToRpcStatus(answer);
  EXPECT_EQ(status.message, "sub-call 1 \"1\" (users /demo.Users/Get): no");
  EXPECT_EQ(GatherFailureIn(status.details).failures_size(), 1);
}

TEST(RpcStatusTest, NamesTheSubCallWhoseStatusTheDecisionCarries) {
  Answer answer = ThreeOfWhichTwoFailed(kAsStatus);
  answer.status_of = 0;
  *answer.decision.mutable_status() = *answer.outcomes[0].status;
  const RpcStatus status = ToRpcStatus(answer);
  EXPECT_EQ(status.code, 14);
  EXPECT_EQ(status.message, "sub-call 0 \"0\" (users /demo.Users/Get): down (+1 more)");
  EXPECT_EQ(ErrorInfoIn(status.details).metadata().at("index"), "0");
}

TEST(RpcStatusTest, AFailureThatSaysNothingIsNamedByItsCode) {
  Answer answer = MakeAnswer(1, kAsStatus);
  Fail(&answer, 0, 5, "");
  DecideFailed(&answer, 0);
  EXPECT_EQ(ToRpcStatus(answer).message, "sub-call 0 \"0\" (users /demo.Users/Get): NOT_FOUND");
}

// semantics 17
TEST(RpcStatusTest, AFailedGatherWithoutAnyFailureSaysWhatTheDecisionSays) {
  Answer answer = MakeAnswer(1, kAsStatus);
  Stop(&answer, 0, v1::DISPOSITION_CANCELLED, v1::CAUSE_OWN_HANDLE);
  Decide(&answer, v1::VERDICT_FAILED, 1);
  answer.decision.set_decided_by(0);
  answer.decision.mutable_status()->set_message("nothing left that can succeed");
  const RpcStatus status = ToRpcStatus(answer);
  EXPECT_EQ(status.code, 1);
  EXPECT_EQ(status.message, "nothing left that can succeed");
  EXPECT_EQ(ErrorInfoIn(status.details).metadata_size(), 1);
}

TEST(RpcStatusTest, AsResponseIsOkWhateverTheVerdict) {
  EXPECT_EQ(ToRpcStatus(ThreeOfWhichTwoFailed(kAsResponse)).code, 0);
  Answer late = MakeAnswer(1, kAsResponse);
  Decide(&late, v1::VERDICT_DEADLINE_EXCEEDED, 4);
  EXPECT_EQ(ToRpcStatus(late).code, 0);
  Answer shutdown = MakeAnswer(1, kAsResponse);
  Decide(&shutdown, v1::VERDICT_CANCELLED, 14);
  EXPECT_EQ(ToRpcStatus(shutdown).code, 0);
}

TEST(RpcStatusTest, DeadlineExceededSaysWhatTheDecisionSays) {
  Answer answer = MakeAnswer(2, kAsStatus);
  Fail(&answer, 0, 5, "no");
  Stop(&answer, 1, v1::DISPOSITION_CANCELLED, v1::CAUSE_GATHER_DEADLINE);
  Decide(&answer, v1::VERDICT_DEADLINE_EXCEEDED, 4);
  answer.decision.mutable_status()->set_message("the deadline passed");
  const RpcStatus status = ToRpcStatus(answer);
  EXPECT_EQ(status.code, 4);
  EXPECT_EQ(status.message, "the deadline passed");
  const v1::ErrorInfo info = ErrorInfoIn(status.details);
  EXPECT_EQ(info.reason(), "GATHER_DEADLINE");
  EXPECT_EQ(info.metadata_size(), 1);
  EXPECT_EQ(info.metadata().at("gather_id"), "0123");
  const v1::GatherFailure failure = GatherFailureIn(status.details);
  EXPECT_EQ(failure.total_failures(), 1u);
  EXPECT_EQ(failure.failures_size(), 1);
  EXPECT_EQ(failure.decision().verdict(), v1::VERDICT_DEADLINE_EXCEEDED);
}

TEST(RpcStatusTest, CancelledByTheCallerIsCancelledInBothDeliveries) {
  for (const char* policy : {kAsStatus, kAsResponse}) {
    Answer answer = MakeAnswer(2, policy);
    Stop(&answer, 0, v1::DISPOSITION_CANCELLED, v1::CAUSE_CALLER);
    Decide(&answer, v1::VERDICT_CANCELLED, 1);
    answer.decision.mutable_status()->set_message("the caller left");
    const RpcStatus status = ToRpcStatus(answer);
    EXPECT_EQ(status.code, 1);
    EXPECT_EQ(status.message, "the caller left");
  }
}

TEST(RpcStatusTest, CancelledByShutdownIsUnavailable) {
  Answer answer = MakeAnswer(2, kAsStatus);
  Stop(&answer, 1, v1::DISPOSITION_CANCELLED, v1::CAUSE_SHUTDOWN);
  Decide(&answer, v1::VERDICT_CANCELLED, 14);
  answer.decision.mutable_status()->set_message("the server shut down");
  const RpcStatus status = ToRpcStatus(answer);
  EXPECT_EQ(status.code, 14);
  EXPECT_EQ(status.message, "the server shut down");
  EXPECT_EQ(ErrorInfoIn(status.details).reason(), "SHUTDOWN");
  EXPECT_EQ(GatherFailureIn(status.details).decision().verdict(), v1::VERDICT_CANCELLED);
}

TEST(RpcStatusTest, LongMessagesAreCutBeforeTheCountOfOthers) {
  Answer answer = MakeAnswer(3, kAsStatus);
  Fail(&answer, 0, 5, std::string(600, 'x'));
  Fail(&answer, 1, 5, "y");
  Fail(&answer, 2, 5, "z");
  DecideFailed(&answer, 0);
  const std::string message = ToRpcStatus(answer).message;
  EXPECT_EQ(message.size(), 512u);
  EXPECT_EQ(message.substr(message.size() - 10), " (+2 more)");
}

TEST(RpcStatusTest, MessagesAreCutBetweenCharacters) {
  for (int pad = 0; pad < 3; ++pad) {
    Answer answer = MakeAnswer(1, kAsStatus);
    std::string text(pad, 'x');
    for (int i = 0; i < 300; ++i) text += "\xe2\x82\xac";
    Fail(&answer, 0, 5, text);
    DecideFailed(&answer, 0);
    const std::string message = ToRpcStatus(answer).message;
    EXPECT_LE(message.size(), 512u);
    EXPECT_GE(message.size(), 510u);
    EXPECT_EQ(message.substr(message.size() - 3), "\xe2\x82\xac");
  }
}

TEST(RpcStatusTest, ARefusalKeepsItsMessageOutsideOfTheDetails) {
  const Refusal refusal{3, "BAD_ID", "calls[0].id: " + std::string(600, 'x'), {{"field", "f"}}};
  const RpcStatus status = ToRpcStatus(refusal);
  EXPECT_EQ(status.code, 3);
  EXPECT_EQ(status.message, refusal.message.substr(0, 512));
  v1::Status details;
  ASSERT_TRUE(details.ParseFromString(status.details));
  EXPECT_EQ(details.code(), 3);
  EXPECT_EQ(details.message(), "");
  EXPECT_EQ(details.details_size(), 1);
  const v1::ErrorInfo info = ErrorInfoIn(status.details);
  EXPECT_EQ(info.reason(), "BAD_ID");
  EXPECT_EQ(info.metadata().at("field"), "f");
}

TEST(RpcStatusTest, DetailsStayWithinTheirBoundAtTheWorst) {
  const std::string id(128, 'i');
  const std::string method = "/S/" + std::string(1021, 'm');
  Answer answer =
      MakeAnswer(absl::StrCat("calls { id: '", id, "' target: 'users' method: '", method, "' }"));
  Fail(&answer, 0, 5, std::string(1024, 'x'));
  answer.outcomes[0].status->add_details()->set_value(std::string(8000, 'd'));
  DecideFailed(&answer, 0);
  const RpcStatus status = ToRpcStatus(answer);
  EXPECT_EQ(status.message.size(), 512u);
  EXPECT_LE(status.details.size(), 4096u);
  EXPECT_EQ(ErrorInfoIn(status.details).metadata().at("method"), method);
  const v1::GatherFailure failure = GatherFailureIn(status.details);
  ASSERT_EQ(failure.failures_size(), 1);
  EXPECT_EQ(failure.failures(0).id(), id);
  EXPECT_EQ(failure.total_failures(), 1u);
}

TEST(RpcStatusTest, DetailsOf10000FailuresStayWithinTheirBound) {
  Answer answer = MakeAnswer(10'000, kAsStatus);
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    Fail(&answer, i, 14, absl::StrCat("backend ", i, " said ", std::string(900, 'x')));
    answer.outcomes[i].status->add_details()->set_value(std::string(500, 'd'));
  }
  DecideFailed(&answer, 9'876);
  const RpcStatus status = ToRpcStatus(answer);
  EXPECT_LE(status.message.size(), 512u);
  EXPECT_EQ(status.message.substr(status.message.size() - 13), " (+9999 more)");
  EXPECT_LE(status.details.size(), 4096u);
  EXPECT_GE(status.details.size(), 3900u);
  const v1::GatherFailure failure = GatherFailureIn(status.details);
  EXPECT_EQ(failure.total_failures(), 10'000u);
  ASSERT_GT(failure.failures_size(), 1);
  EXPECT_EQ(failure.failures(0).index(), 0u);
  const v1::SubCallFailure& used = failure.failures(failure.failures_size() - 1);
  EXPECT_EQ(used.index(), 9'876u);
  EXPECT_EQ(used.status().details_size(), 1);
}

}  // namespace
}  // namespace gather::engine
