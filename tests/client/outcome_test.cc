#include "gather/outcome.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/client/answers.h"

namespace gather {
namespace {

using ::gather::test::Failed;
using ::gather::test::MakeText;
using ::gather::test::Succeeded;
using ::gather::test::Text;

Outcome<Text> Good() { return {Succeeded(MakeText("Ada")), MakeText("Ada")}; }

Outcome<Text> Bad() {
  v1::Outcome proto = Failed(5, "no such user");
  google::protobuf::Any* detail = proto.mutable_status()->add_details();
  detail->set_type_url("type.googleapis.com/demo.Hint");
  detail->set_value("try Grace");
  return {proto, std::nullopt};
}

TEST(OutcomeTest, ASuccessHoldsItsReply) {
  const Outcome<Text> outcome = Good();
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.value().value(), "Ada");
  EXPECT_EQ((*outcome).value(), "Ada");
  EXPECT_EQ(outcome->value(), "Ada");
  EXPECT_TRUE(outcome.status().ok());
  EXPECT_EQ(outcome.delivery(), Delivery::kAnswered);
  EXPECT_EQ(outcome.proto().response(), "");
}

TEST(OutcomeTest, AFailureHoldsTheBackendsStatusAndDetails) {
  const Outcome<Text> outcome = Bad();
  EXPECT_FALSE(outcome.ok());
  EXPECT_TRUE(absl::IsNotFound(outcome.status()));
  EXPECT_EQ(outcome.status().message(), "no such user");
  EXPECT_EQ(outcome.status().GetPayload("type.googleapis.com/demo.Hint"), "try Grace");
  EXPECT_EQ(outcome.origin(), Origin::kBackend);
}

TEST(OutcomeTest, ReadsAsStatusOr) {
  const absl::StatusOr<Text> good = Good();
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(good->value(), "Ada");
  const Outcome<Text> bad = Bad();
  const absl::StatusOr<Text> as_status_or = bad;
  EXPECT_TRUE(absl::IsNotFound(as_status_or.status()));
}

TEST(OutcomeDeathTest, TheValueOfAFailureEndsTheProgram) {
  const Outcome<Text> bad = Bad();
  EXPECT_DEATH(bad.value(), "no such user");
}

TEST(OutcomeTest, TellsTimingAndTrailers) {
  v1::Outcome proto = Succeeded(MakeText("Ada"));
  proto.mutable_timing()->mutable_queued()->set_nanos(1000);
  proto.mutable_timing()->mutable_started()->set_nanos(2000);
  proto.mutable_timing()->mutable_finished()->set_seconds(1);
  proto.mutable_timing()->set_attempts(1);
  proto.mutable_timing()->set_peer("ipv4:127.0.0.1:1");
  v1::Metadata* trailer = proto.add_trailers();
  trailer->set_key("x-served-by");
  trailer->set_value("a");
  const Outcome<Text> outcome(proto, MakeText("Ada"));
  EXPECT_EQ(outcome.timing().queued, absl::Microseconds(1));
  EXPECT_EQ(outcome.timing().started, absl::Microseconds(2));
  EXPECT_EQ(outcome.timing().finished, absl::Seconds(1));
  EXPECT_EQ(outcome.timing().attempts, 1);
  EXPECT_EQ(outcome.timing().peer, "ipv4:127.0.0.1:1");
  const std::vector<std::pair<std::string, std::string>> expected = {{"x-served-by", "a"}};
  EXPECT_EQ(outcome.trailers(), expected);
}

TEST(OutcomeTest, WhatWasNeverStartedHasNoStart) {
  EXPECT_EQ(Bad().timing().started, std::nullopt);
}

TEST(OutcomeTest, AnIllegalCodeReadsAsUnknownAndIsKept) {
  const Outcome<Text> outcome(Failed(99, "?"), std::nullopt);
  EXPECT_EQ(outcome.status().code(), absl::StatusCode::kUnknown);
  EXPECT_EQ(outcome.status().raw_code(), 99);
}

TEST(OutcomeTest, AnUnknownValueReadsAsUnspecified) {
  v1::Outcome proto = Failed(5, "");
  proto.set_cause(static_cast<v1::Cause>(77));
  EXPECT_EQ((Outcome<Text>(proto, std::nullopt).cause()), Cause::kUnspecified);
}

TEST(OutcomeTest, NamesItsEnumerationsAsTheWireDoes) {
  EXPECT_EQ(ToString(Disposition::kNotStarted), "NOT_STARTED");
  EXPECT_EQ(ToString(Cause::kGatherDeadline), "GATHER_DEADLINE");
  EXPECT_EQ(ToString(Origin::kOrchestrator), "ORCHESTRATOR");
  EXPECT_EQ(ToString(Delivery::kEffectUnknown), "EFFECT_UNKNOWN");
  EXPECT_EQ(ToString(static_cast<Cause>(77)), "UNSPECIFIED");
}

}  // namespace
}  // namespace gather
