// A case for each row of the wire contract's table "What a slot holds".

#include "engine/ending.h"

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <optional>
#include <string>
#include <vector>

#include "engine/attempt.h"
#include "engine/outcome.h"
#include "engine/refusal.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"
#include "tests/support/fake_invoker.h"

namespace gather::engine {
namespace {

using gather::testing::BackendFailure;
using gather::testing::Reply;
using gather::testing::TransportFailure;

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  grpc::ByteBuffer copy(buffer);
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!copy.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

// The columns of the table; code 0: no status at all.
void ExpectRow(const Outcome& outcome, v1::Disposition disposition, v1::Cause cause, int code,
               v1::Origin origin, v1::Delivery delivery) {
  EXPECT_EQ(outcome.disposition, disposition);
  EXPECT_EQ(outcome.cause, cause);
  EXPECT_EQ(outcome.status == nullptr ? 0 : outcome.status->code(), code);
  EXPECT_EQ(outcome.origin, origin);
  EXPECT_EQ(outcome.delivery, delivery);
}

v1::ErrorInfo InfoOf(const Outcome& outcome) {
  v1::ErrorInfo info;
  for (const auto& detail : outcome.status->details()) {
    if (detail.type_url() == "type.googleapis.com/google.rpc.ErrorInfo") {
      EXPECT_TRUE(info.ParseFromString(detail.value()));
    }
  }
  return info;
}

// semantics 7
TEST(EndingTest, Succeeded) {
  AttemptResult result = Reply("bytes");
  result.trailers = {{"k", "v"}};
  const Outcome outcome = Succeeded(&result);
  ExpectRow(outcome, v1::DISPOSITION_SUCCEEDED, v1::CAUSE_UNSPECIFIED, 0, v1::ORIGIN_UNSPECIFIED,
            v1::DELIVERY_ANSWERED);
  EXPECT_EQ(outcome.status, nullptr);
  EXPECT_EQ(BytesOf(outcome.response), "bytes");
  EXPECT_EQ(outcome.trailers, (decltype(outcome.trailers){{"k", "v"}}));
}

// semantics 21
TEST(EndingTest, FailedByTheBackendWhateverItsCode) {
  for (int code = 1; code <= 16; ++code) {
    AttemptResult result = BackendFailure(code, "why");
    const Outcome outcome = Failed(&result);
    ExpectRow(outcome, v1::DISPOSITION_FAILED, v1::CAUSE_UNSPECIFIED, code, v1::ORIGIN_BACKEND,
              v1::DELIVERY_ANSWERED);
    EXPECT_EQ(outcome.status->message(), "why");
  }
}

// semantics 73
TEST(EndingTest, ABackendsDetailsAndTrailersAreAsReceived) {
  v1::Status sent;
  sent.set_code(5);
  sent.set_message("not what gRPC's own message says");
  sent.add_details()->set_type_url("type.example/Detail");
  sent.mutable_details(0)->set_value(std::string("\x00\xff\x01", 3));
  AttemptResult result = BackendFailure(5, "gone");
  result.details = sent.SerializeAsString();
  result.trailers = {{"key-bin", std::string("\x00\x01", 2)}};
  const Outcome outcome = Failed(&result);
  EXPECT_EQ(outcome.status->message(), "gone");
  ASSERT_EQ(outcome.status->details_size(), 1);
  EXPECT_EQ(outcome.status->details(0).SerializeAsString(), sent.details(0).SerializeAsString());
  EXPECT_EQ(outcome.trailers, (decltype(outcome.trailers){{"key-bin", std::string("\0\1", 2)}}));
}

// semantics 73
TEST(EndingTest, DetailsThatAreNoStatusStayReadableAsATrailer) {
  AttemptResult result = BackendFailure(5, "gone");
  result.details = "\xff\xff";
  const Outcome outcome = Failed(&result);
  EXPECT_EQ(outcome.status->details_size(), 0);
  EXPECT_EQ(outcome.trailers,
            (decltype(outcome.trailers){{"grpc-status-details-bin", "\xff\xff"}}));
}

TEST(EndingTest, ABackendsMessageIsCutAtOneKibibyteAndValidUtf8) {
  AttemptResult result = BackendFailure(5, std::string(2000, 'x'));
  EXPECT_EQ(Failed(&result).status->message().size(), 1024u);
  result = BackendFailure(5, "\xff");
  EXPECT_NE(Failed(&result).status->message(), "\xff");
}

// semantics 71, 72
TEST(EndingTest, FailedByTheTransport) {
  AttemptResult unsent = TransportFailure("failed to connect", /*sent=*/false);
  ExpectRow(Failed(&unsent), v1::DISPOSITION_FAILED, v1::CAUSE_UNSPECIFIED, 14,
            v1::ORIGIN_TRANSPORT, v1::DELIVERY_NEVER_SENT);
  AttemptResult sent = TransportFailure("Socket closed", /*sent=*/true);
  ExpectRow(Failed(&sent), v1::DISPOSITION_FAILED, v1::CAUSE_UNSPECIFIED, 14, v1::ORIGIN_TRANSPORT,
            v1::DELIVERY_EFFECT_UNKNOWN);
}

// semantics 66
TEST(EndingTest, FailedByItsOwnDeadline) {
  const Outcome outcome = OwnDeadline({});
  ExpectRow(outcome, v1::DISPOSITION_FAILED, v1::CAUSE_SUB_CALL_DEADLINE, 4,
            v1::ORIGIN_ORCHESTRATOR, v1::DELIVERY_EFFECT_UNKNOWN);
  EXPECT_TRUE(IsRealFailure(outcome));
}

TEST(EndingTest, ADeadlineAfterAFirstMessageNamesServerStreaming) {
  AttemptResult result;
  EXPECT_EQ(OwnDeadline(result).status->message().find("server_streaming"), std::string::npos);
  result.got_message = true;
  EXPECT_NE(OwnDeadline(result).status->message().find("server_streaming"), std::string::npos);
}

TEST(EndingTest, ADeadlineInTheMiddleOfAStreamSaysHowFarItCame) {
  AttemptResult result;
  result.streamed = 3;
  EXPECT_EQ(OwnDeadline(result).status->message(),
            "its own timeout passed before the stream's end; 3 messages dropped");
}

TEST(EndingTest, FailedByUsAfterSendingCarriesAReason) {
  AttemptResult result = BackendFailure(8, "reply of 20 MiB");
  result.origin = v1::ORIGIN_ORCHESTRATOR;
  result.delivery = v1::DELIVERY_EFFECT_UNKNOWN;
  result.reason = "REPLY_TOO_LARGE";
  const Outcome outcome = Failed(&result);
  ExpectRow(outcome, v1::DISPOSITION_FAILED, v1::CAUSE_UNSPECIFIED, 8, v1::ORIGIN_ORCHESTRATOR,
            v1::DELIVERY_EFFECT_UNKNOWN);
  EXPECT_EQ(InfoOf(outcome).reason(), "REPLY_TOO_LARGE");
  EXPECT_EQ(InfoOf(outcome).domain(), "gather.v1");
}

TEST(EndingTest, AReplyOverTheWholeGathersLimitIsAFailureWithoutBytes) {
  AttemptResult result = Reply("12345");
  const Outcome outcome = TotalReplyTooLarge(&result, 4);
  ExpectRow(outcome, v1::DISPOSITION_FAILED, v1::CAUSE_UNSPECIFIED, 8, v1::ORIGIN_ORCHESTRATOR,
            v1::DELIVERY_EFFECT_UNKNOWN);
  EXPECT_EQ(InfoOf(outcome).reason(), "TOTAL_REPLY_TOO_LARGE");
  EXPECT_NE(outcome.status->message().find('4'), std::string::npos);
  EXPECT_EQ(BytesOf(outcome.response), "");
}

// semantics 13, 55
TEST(EndingTest, StoppedAfterOrBeforeHavingBeenSent) {
  struct Row {
    v1::Cause cause;
    int code;
    std::optional<std::uint32_t> caused_by;
  };
  for (const Row& row :
       {Row{v1::CAUSE_CALLER, 1, std::nullopt}, Row{v1::CAUSE_SIBLING_FAILED, 1, 3},
        Row{v1::CAUSE_DECIDED, 1, 3}, Row{v1::CAUSE_GROUP_ENDED, 1, std::nullopt},
        Row{v1::CAUSE_OWN_HANDLE, 1, std::nullopt}, Row{v1::CAUSE_GATHER_DEADLINE, 4, std::nullopt},
        Row{v1::CAUSE_SHUTDOWN, 14, std::nullopt}, Row{v1::CAUSE_LIMIT, 8, std::nullopt}}) {
    SCOPED_TRACE(v1::Cause_Name(row.cause));
    const Outcome sent = Stopped({row.cause, row.caused_by}, /*sent=*/true);
    ExpectRow(sent, v1::DISPOSITION_CANCELLED, row.cause, row.code, v1::ORIGIN_ORCHESTRATOR,
              v1::DELIVERY_EFFECT_UNKNOWN);
    const Outcome unsent = Stopped({row.cause, row.caused_by}, /*sent=*/false);
    ExpectRow(unsent, v1::DISPOSITION_NOT_STARTED, row.cause, row.code, v1::ORIGIN_ORCHESTRATOR,
              v1::DELIVERY_NEVER_SENT);
    EXPECT_EQ(sent.caused_by, row.caused_by);
    EXPECT_EQ(unsent.caused_by, row.caused_by);
    EXPECT_FALSE(sent.status->message().empty());
    EXPECT_FALSE(IsRealFailure(sent));
    EXPECT_FALSE(IsRealFailure(unsent));
  }
}

// semantics 59
TEST(EndingTest, NotStartedByItsOwnDeadlineInTheQueueIsARealFailure) {
  const Outcome outcome = OwnDeadlineInQueue();
  ExpectRow(outcome, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SUB_CALL_DEADLINE, 4,
            v1::ORIGIN_ORCHESTRATOR, v1::DELIVERY_NEVER_SENT);
  EXPECT_TRUE(IsRealFailure(outcome));
}

TEST(EndingTest, RejectedWithTheRefusalsReason) {
  const Outcome outcome = Rejected({5, "UNKNOWN_TARGET", "calls[0].target: no target", {}});
  ExpectRow(outcome, v1::DISPOSITION_REJECTED, v1::CAUSE_UNSPECIFIED, 5, v1::ORIGIN_ORCHESTRATOR,
            v1::DELIVERY_NEVER_SENT);
  EXPECT_EQ(InfoOf(outcome).reason(), "UNKNOWN_TARGET");
  EXPECT_TRUE(IsRealFailure(outcome));
}

TEST(EndingTest, RejectedByALimitNamesThatCause) {
  ExpectRow(Rejected({8, "TARGET_LIMIT", "full", {}}), v1::DISPOSITION_REJECTED, v1::CAUSE_LIMIT, 8,
            v1::ORIGIN_ORCHESTRATOR, v1::DELIVERY_NEVER_SENT);
}

TEST(EndingTest, ValidatedOnlyHasNoCauseStatusOrOrigin) {
  const Outcome outcome = Validated();
  ExpectRow(outcome, v1::DISPOSITION_NOT_STARTED, v1::CAUSE_UNSPECIFIED, 0, v1::ORIGIN_UNSPECIFIED,
            v1::DELIVERY_NEVER_SENT);
  EXPECT_EQ(outcome.status, nullptr);
}

// semantics 74
TEST(EndingTest, AFallbackKeepsTheReplacedFailureReadable) {
  v1::Fallback fallback;
  fallback.set_response("instead");
  AttemptResult result = BackendFailure(5, "gone");
  Outcome outcome = Failed(&result);
  ASSERT_TRUE(ApplyFallback(fallback, grpc::Slice(fallback.response()), /*server_streaming=*/false,
                            &outcome));
  ExpectRow(outcome, v1::DISPOSITION_SUCCEEDED, v1::CAUSE_UNSPECIFIED, 5, v1::ORIGIN_BACKEND,
            v1::DELIVERY_ANSWERED);
  EXPECT_TRUE(outcome.from_fallback);
  EXPECT_EQ(outcome.status->message(), "gone");
  EXPECT_EQ(BytesOf(outcome.response), "instead");
  EXPECT_FALSE(IsRealFailure(outcome));
}

// semantics 74
TEST(EndingTest, AFallbackOfAStreamIsItsOnlyMessage) {
  v1::Fallback fallback;
  fallback.set_response("instead");
  AttemptResult result = BackendFailure(5, "gone");
  Outcome outcome = Failed(&result);
  ASSERT_TRUE(ApplyFallback(fallback, grpc::Slice(fallback.response()), /*server_streaming=*/true,
                            &outcome));
  ASSERT_NE(outcome.responses, nullptr);
  ASSERT_EQ(outcome.responses->size(), 1u);
  EXPECT_EQ(std::string((*outcome.responses)[0][0].begin(), (*outcome.responses)[0][0].end()),
            "instead");
  EXPECT_EQ(outcome.response.Length(), 0u);
}

// semantics 74
TEST(EndingTest, AFallbackForAFailureOfOursHasItsOriginAndDeliveryButNoCause) {
  Outcome outcome = OwnDeadlineInQueue();
  ASSERT_TRUE(ApplyFallback({}, grpc::Slice(), /*server_streaming=*/false, &outcome));
  ExpectRow(outcome, v1::DISPOSITION_SUCCEEDED, v1::CAUSE_UNSPECIFIED, 4, v1::ORIGIN_ORCHESTRATOR,
            v1::DELIVERY_NEVER_SENT);
  EXPECT_EQ(BytesOf(outcome.response), "");
}

// semantics 74
TEST(EndingTest, AFallbackForOtherCodesLeavesTheFailureAlone) {
  v1::Fallback fallback;
  fallback.add_codes(14);
  AttemptResult result = BackendFailure(5, "gone");
  Outcome outcome = Failed(&result);
  EXPECT_FALSE(ApplyFallback(fallback, grpc::Slice(fallback.response()), /*server_streaming=*/false,
                             &outcome));
  EXPECT_EQ(outcome.disposition, v1::DISPOSITION_FAILED);
  fallback.add_codes(5);
  EXPECT_TRUE(ApplyFallback(fallback, grpc::Slice(fallback.response()), /*server_streaming=*/false,
                            &outcome));
}

}  // namespace
}  // namespace gather::engine
