#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/time/time.h"
#include "gather/gather.h"
#include "gather/v1/gather.pb.h"
#include "tests/e2e/door_test.h"
#include "tests/support/behavior.h"
#include "tests/support/call_ledger.h"

// Who said what, and whether the backend can have seen the call.
namespace gather::test {
namespace {

using ::testing::Contains;
using ::testing::Pair;

class TruthTest : public DoorTest {
 protected:
  // The values that the call with that place in the order of arrival came with.
  std::vector<std::string> MetadataSeen(std::size_t arrival, const std::string& key) {
    std::vector<std::string> values;
    const CallRecord record = backend().records().at(arrival);
    for (const auto& [name, value] : record.call.metadata) {
      if (name == key) values.push_back(value);
    }
    return values;
  }
};
INSTANTIATE_TEST_SUITE_P(Doors, TruthTest, BothDoors(), DoorName());

// semantics 71, 72
TEST_P(TruthTest, ACallThatFoundNoBackendWasNeverSent) {
  const auto [call] = GatherSettled(client(), Call<Text>("nowhere", "/test.Users/Name", Text()));
  EXPECT_TRUE(absl::IsUnavailable(call.status())) << call.status();
  EXPECT_EQ(call.disposition(), Disposition::kFailed);
  EXPECT_EQ(call.origin(), Origin::kTransport);
  EXPECT_EQ(call.delivery(), Delivery::kNeverSent);
}

// semantics 71, 72
TEST_P(TruthTest, ABackendsAnswerIsTheBackends) {
  Answer("Bad", Fail(14, "I am overloaded"));
  const auto [call] = GatherSettled(client(), CallTo("Bad"));
  EXPECT_EQ(call.status(), absl::UnavailableError("I am overloaded"));
  EXPECT_EQ(call.origin(), Origin::kBackend);
  EXPECT_EQ(call.delivery(), Delivery::kAnswered);
}

// semantics 71, 72
TEST_P(TruthTest, ACallThatTheGatherEndedMayHaveHadItsEffect) {
  Answer("Slow", Hang());
  const auto [call] = GatherSettled(client(), CallTo("Slow").Timeout(absl::Milliseconds(50)));
  EXPECT_EQ(call.origin(), Origin::kOrchestrator);
  EXPECT_EQ(call.delivery(), Delivery::kEffectUnknown);
}

// semantics 72
TEST_P(TruthTest, OkWithoutAMessageIsTheTransports) {
  Answer("Nothing", NoMessage());
  const auto [call] = GatherSettled(client(), CallTo("Nothing"));
  EXPECT_EQ(call.origin(), Origin::kTransport);
  EXPECT_EQ(call.delivery(), Delivery::kEffectUnknown);
}

// semantics 73
TEST_P(TruthTest, DetailsAndTrailersArriveBitForBit) {
  v1::Status details;
  details.set_code(5);
  details.set_message("no such user");
  google::protobuf::Any* detail = details.add_details();
  detail->set_type_url("type.googleapis.com/demo.Hint");
  detail->set_value(std::string("\0try\xff Grace", 11));
  Behavior behavior = Fail(5, "no such user");
  behavior.details = details.SerializeAsString();
  behavior.trailers = {{"x-cost", "12"}, {"x-raw-bin", std::string("\0\1\xfe", 3)}};
  Answer("Bad", behavior);
  const auto [call] = GatherSettled(client(), CallTo("Bad"));
  EXPECT_EQ(call.status().GetPayload("type.googleapis.com/demo.Hint"), absl::Cord(detail->value()));
  EXPECT_EQ(call.proto().status().SerializeAsString(), details.SerializeAsString());
  EXPECT_THAT(call.trailers(), Contains(Pair("x-cost", "12")));
  EXPECT_THAT(call.trailers(), Contains(Pair("x-raw-bin", std::string("\0\1\xfe", 3))));
}

// semantics 73
TEST_P(TruthTest, ASuccessHasItsTrailers) {
  Behavior behavior = TextReply("Ada");
  behavior.trailers = {{"x-cost", "12"}};
  Answer("Name", behavior);
  const auto [call] = GatherSettled(client(), CallTo("Name"));
  ASSERT_TRUE(call.ok());
  EXPECT_THAT(call.trailers(), Contains(Pair("x-cost", "12")));
}

// semantics 74
TEST_P(TruthTest, AFallbackStandsInForAFailureAndKeepsIt) {
  Answer("Bad", Fail(5, "no such user"));
  const auto settled = GatherSettled(
      client(), CallTo("Bad").Fallback(MakeText("nobody"), absl::StatusCode::kNotFound));
  EXPECT_TRUE(settled.status().ok());
  const Outcome<Text>& call = settled.get<0>();
  ASSERT_TRUE(call.ok()) << call.status();
  EXPECT_EQ(call->value(), "nobody");
  EXPECT_TRUE(call.from_fallback());
  EXPECT_EQ(call.replaced_status(), absl::NotFoundError("no such user"));
  EXPECT_EQ(call.origin(), Origin::kBackend);
  EXPECT_EQ(call.delivery(), Delivery::kAnswered);
  EXPECT_EQ(settled.summary().failed, 0);
}

// semantics 74
TEST_P(TruthTest, AFallbackIsNoFailureForFailFast) {
  Answer("Bad", Fail(5, "no such user"));
  const auto result =
      Gather(client(), CallTo("Bad").Fallback(MakeText("nobody")), CallTo("Name", "Ada"));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(std::get<0>(*result).value(), "nobody");
}

// semantics 74
TEST_P(TruthTest, AFallbackForOtherCodesStandsInForNothing) {
  Answer("Bad", Fail(5, "no such user"));
  const auto [call] = GatherSettled(
      client(), CallTo("Bad").Fallback(MakeText("nobody"), absl::StatusCode::kUnavailable));
  EXPECT_EQ(call.status(), absl::NotFoundError("no such user"));
  EXPECT_FALSE(call.from_fallback());
}

// semantics 74
TEST_P(TruthTest, AFallbackStandsInForAReplyThatDoesNotParse) {
  Answer("Garbage", Reply("\xff"));
  const auto [call] = GatherSettled(client(), CallTo("Garbage").Fallback(MakeText("nobody")));
  ASSERT_TRUE(call.ok()) << call.status();
  EXPECT_EQ(call->value(), "nobody");
  EXPECT_TRUE(absl::IsInternal(call.replaced_status()));
}

// semantics 75
TEST_P(TruthTest, OneCallsMetadataNeverReachesAnother) {
  Options options;
  options.max_concurrency = 1;
  options.defaults.Metadata("x-tenant", "blue");
  const auto result = Gather(
      client(), options, CallTo("Name").Metadata("x-secret", "mine"),
      CallTo("Name").Metadata("x-tenant", "red").Metadata("x-raw-bin", "\xfe"), CallTo("Name"));
  ASSERT_TRUE(result.ok()) << result.status();
  using Values = std::vector<std::string>;
  EXPECT_EQ(MetadataSeen(0, "x-secret"), Values{"mine"});
  EXPECT_EQ(MetadataSeen(0, "x-tenant"), Values{"blue"});
  EXPECT_EQ(MetadataSeen(1, "x-secret"), Values{});
  EXPECT_EQ(MetadataSeen(1, "x-tenant"), Values{"red"});
  EXPECT_EQ(MetadataSeen(1, "x-raw-bin"), Values{"\xfe"});
  EXPECT_EQ(MetadataSeen(2, "x-secret"), Values{});
  EXPECT_EQ(MetadataSeen(2, "x-tenant"), Values{"blue"});
}

TEST_P(TruthTest, TheGathersOwnMetadataDoesNotReachBackends) {
  Options options;
  options.metadata = {{"x-for-the-server", "1"}};
  ASSERT_TRUE(Gather(client(), options, CallTo("Name")).ok());
  EXPECT_TRUE(MetadataSeen(0, "x-for-the-server").empty());
}

TEST_P(TruthTest, TimingTellsThePeerAndTheAttempts) {
  const auto [call] = GatherSettled(client(), CallTo("Name"));
  const Timing timing = call.timing();
  EXPECT_EQ(timing.attempts, 1);
  EXPECT_EQ(timing.winning_attempt, 1);
  EXPECT_NE(timing.peer.find(backend().address()), std::string::npos) << timing.peer;
  ASSERT_TRUE(timing.started.has_value());
  EXPECT_LE(*timing.started, timing.finished);
}

}  // namespace
}  // namespace gather::test
