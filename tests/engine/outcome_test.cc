#include "engine/outcome.h"

#include <chrono>
#include <memory>

#include "gather/v1/gather.pb.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

using std::chrono::milliseconds;

v1::Outcome Parse(const char* text) {
  v1::Outcome outcome;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &outcome)) << text;
  return outcome;
}

TEST(OutcomeTest, EveryFieldOfASlotIsTold) {
  Outcome outcome;
  outcome.disposition = v1::DISPOSITION_CANCELLED;
  outcome.cause = v1::CAUSE_SIBLING_FAILED;
  outcome.origin = v1::ORIGIN_ORCHESTRATOR;
  outcome.delivery = v1::DELIVERY_EFFECT_UNKNOWN;
  outcome.from_fallback = true;
  outcome.caused_by = 0;
  outcome.status = std::make_unique<v1::Status>();
  outcome.status->set_code(1);
  outcome.status->set_message("m");
  outcome.status->add_details()->set_type_url("u");
  outcome.trailers = {{"a", "1"}, {"b-bin", "\x01"}};
  outcome.timing = {milliseconds(1), milliseconds(2), milliseconds(1003), 1, 1, "ipv4:1.2.3.4:5"};
  v1::Outcome out;
  ToProto(outcome, 7, "user", &out);
  EXPECT_EQ(out.DebugString(), Parse(R"(
    index: 7 id: "user" disposition: DISPOSITION_CANCELLED
    status { code: 1 message: "m" details { type_url: "u" } }
    cause: CAUSE_SIBLING_FAILED caused_by: 0 origin: ORIGIN_ORCHESTRATOR
    delivery: DELIVERY_EFFECT_UNKNOWN
    timing {
      queued { nanos: 1000000 } started { nanos: 2000000 } finished { seconds: 1 nanos: 3000000 }
      attempts: 1 winning_attempt: 1 peer: "ipv4:1.2.3.4:5"
    }
    trailers { key: "a" value: "1" } trailers { key: "b-bin" value: "\001" }
    from_fallback: true)")
                                   .DebugString());
}

TEST(OutcomeTest, WhatIsAbsentStaysAbsent) {
  Outcome outcome;
  outcome.disposition = v1::DISPOSITION_SUCCEEDED;
  outcome.delivery = v1::DELIVERY_ANSWERED;
  v1::Outcome out;
  ToProto(outcome, 0, "0", &out);
  EXPECT_FALSE(out.has_status());
  EXPECT_FALSE(out.has_caused_by());
  EXPECT_FALSE(out.timing().has_queued());
  EXPECT_FALSE(out.timing().has_started());
  EXPECT_FALSE(out.timing().has_finished());
}

TEST(OutcomeTest, OnlyWhatTheGatherDidNotCauseIsARealFailure) {
  const auto is_real = [](v1::Disposition disposition, v1::Cause cause) {
    Outcome outcome;
    outcome.disposition = disposition;
    outcome.cause = cause;
    return IsRealFailure(outcome);
  };
  EXPECT_TRUE(is_real(v1::DISPOSITION_FAILED, v1::CAUSE_UNSPECIFIED));
  EXPECT_TRUE(is_real(v1::DISPOSITION_FAILED, v1::CAUSE_SUB_CALL_DEADLINE));
  EXPECT_TRUE(is_real(v1::DISPOSITION_REJECTED, v1::CAUSE_UNSPECIFIED));
  EXPECT_TRUE(is_real(v1::DISPOSITION_REJECTED, v1::CAUSE_LIMIT));
  EXPECT_TRUE(is_real(v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SUB_CALL_DEADLINE));
  EXPECT_FALSE(is_real(v1::DISPOSITION_NOT_STARTED, v1::CAUSE_GATHER_DEADLINE));
  EXPECT_FALSE(is_real(v1::DISPOSITION_NOT_STARTED, v1::CAUSE_SIBLING_FAILED));
  EXPECT_FALSE(is_real(v1::DISPOSITION_CANCELLED, v1::CAUSE_SIBLING_FAILED));
  EXPECT_FALSE(is_real(v1::DISPOSITION_DETACHED, v1::CAUSE_UNSPECIFIED));
  EXPECT_FALSE(is_real(v1::DISPOSITION_SUCCEEDED, v1::CAUSE_UNSPECIFIED));
}

}  // namespace
}  // namespace gather::engine
