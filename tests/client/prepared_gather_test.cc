#include "gather/prepared_gather.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/time/time.h"
#include "gather/options.h"
#include "gather/policy.h"
#include "gather/refusal.h"
#include "tests/client/answers.h"

namespace gather::internal {
namespace {

using ::gather::test::TextCall;
using ::testing::HasSubstr;

std::string ReasonOf(const absl::Status& refusal) {
  v1::ErrorInfo info;
  EXPECT_TRUE(
      info.ParseFromString(std::string(refusal.GetPayload(kErrorInfoUrl).value_or(absl::Cord()))));
  return info.reason();
}

TEST(PreparedGatherTest, DefaultsAskForNothingButThePolicy) {
  const PreparedGather gather(Verb::kSettled, Options(), 0);
  EXPECT_TRUE(gather.refusal().ok());
  v1::GatherRequest expected;
  expected.mutable_policy()->set_mode(v1::MODE_COLLECT);
  expected.mutable_policy()->set_error_delivery(v1::ERROR_DELIVERY_AS_RESPONSE);
  EXPECT_EQ(gather.request->SerializeAsString(), expected.SerializeAsString());
  EXPECT_FALSE(gather.context.deadline.has_value());
}

TEST(PreparedGatherTest, EveryOptionReachesTheRequest) {
  Options options;
  options.policy = FailFast();
  options.timeout = absl::Seconds(2);
  options.max_concurrency = 8;
  options.label = "home page";
  options.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  options.metadata = {{"traceparent", "00-1-2-01"}};
  options.defaults.Timeout(absl::Seconds(1)).Metadata("x-tenant", "blue").Idempotent();
  const PreparedGather gather(Verb::kSettled, options, 0);
  ASSERT_TRUE(gather.refusal().ok());
  EXPECT_EQ(gather.request->policy().mode(), v1::MODE_FAIL_FAST);
  EXPECT_EQ(gather.request->timeout().seconds(), 2);
  EXPECT_EQ(gather.request->max_concurrency(), 8);
  EXPECT_EQ(gather.request->label(), "home page");
  EXPECT_EQ(gather.request->defaults().timeout().seconds(), 1);
  EXPECT_EQ(gather.request->defaults().metadata(0).key(), "x-tenant");
  EXPECT_TRUE(gather.request->defaults().idempotent());
  EXPECT_EQ(gather.context.deadline, options.deadline);
  EXPECT_EQ(gather.context.metadata, options.metadata);
}

TEST(PreparedGatherTest, RefusesATimeoutThatIsNone) {
  for (absl::Duration timeout :
       {absl::ZeroDuration(), -absl::Seconds(1), absl::InfiniteDuration()}) {
    Options options;
    options.timeout = timeout;
    const PreparedGather gather(Verb::kSettled, options, 0);
    EXPECT_TRUE(absl::IsInvalidArgument(gather.refusal()));
    EXPECT_EQ(ReasonOf(gather.refusal()), "BAD_TIMEOUT");
  }
}

TEST(PreparedGatherTest, RefusesMetadataThatGrpcWouldAbortOn) {
  for (const auto& [key, value] :
       {std::pair("X-Upper", "a"), std::pair("", "a"), std::pair("x-a", "b\n")}) {
    Options options;
    options.metadata = {{key, value}};
    EXPECT_EQ(ReasonOf(PreparedGather(Verb::kGather, options, 0).refusal()), "BAD_METADATA");
  }
}

TEST(PreparedGatherTest, BinaryMetadataMayBeAnyBytes) {
  Options options;
  options.metadata = {{"x-a-bin", std::string("\0\n\xff", 3)}};
  EXPECT_TRUE(PreparedGather(Verb::kGather, options, 0).refusal().ok());
}

TEST(PreparedGatherTest, RefusesADefaultThatIsWrong) {
  Options options;
  options.defaults.Timeout(absl::ZeroDuration());
  EXPECT_TRUE(absl::IsInvalidArgument(PreparedGather(Verb::kGather, options, 0).refusal()));
}

TEST(PreparedGatherTest, NamesTheCallThatIsWrongAndKeepsTheFirst) {
  PreparedGather gather(Verb::kGather, Options(), 3);
  gather.Add(TextCall().description());
  gather.Add(TextCall().Timeout(absl::ZeroDuration()).description());
  gather.Add(TextCall().Timeout(-absl::Seconds(1)).description());
  EXPECT_THAT(gather.refusal().message(), HasSubstr("calls[1].timeout: "));
  v1::ErrorInfo info;
  ASSERT_TRUE(info.ParseFromString(std::string(*gather.refusal().GetPayload(kErrorInfoUrl))));
  EXPECT_EQ(info.metadata().at("field"), "calls[1].timeout");
  EXPECT_EQ(info.metadata().at("index"), "1");
}

TEST(PreparedGatherTest, RemembersWhatItSent) {
  PreparedGather gather(Verb::kSettled, Options(), 2);
  gather.Add(TextCall().description());
  gather.Add(TextCall().Id("me").Required().description());
  EXPECT_EQ(gather.request->calls_size(), 2);
  EXPECT_EQ(gather.sent.size(), 2);
  EXPECT_EQ(gather.sent.id(0), "0");
  EXPECT_EQ(gather.sent.id(1), "me");
  EXPECT_EQ(gather.sent.method(1), "/demo.Users/Name");
  EXPECT_EQ(gather.sent.requirement(0), v1::REQUIREMENT_UNSPECIFIED);
  EXPECT_EQ(gather.sent.requirement(1), v1::REQUIREMENT_REQUIRED);
  EXPECT_EQ(gather.sent.policy().mode(), v1::MODE_COLLECT);
}

absl::Status RefusalOf(Verb verb, std::optional<Policy> policy) {
  Options options;
  options.policy = policy;
  PreparedGather gather(verb, options, 2);
  gather.Add(TextCall().description());
  gather.Add(TextCall().description());
  gather.Seal();
  return gather.refusal();
}

TEST(PreparedGatherTest, EachVerbTakesThePoliciesThatItHasRoomFor) {
  const std::vector<Policy> all = {FailFast(), Propagate(), Collect(), Collect(1),
                                   Any(),      Race(),      Quorum(1), Quorum(2)};
  const std::vector<std::pair<Verb, std::vector<Policy>>> suiting = {
      {Verb::kGather, {FailFast(), Propagate()}},
      {Verb::kSettled, all},
      {Verb::kAsCompleted, all},
      {Verb::kAny, {Any()}},
      {Verb::kRace, {Race()}},
      {Verb::kQuorum, {Quorum(1), Quorum(2)}}};
  for (const auto& [verb, policies] : suiting) {
    for (const Policy& policy : all) {
      const bool suits = std::find(policies.begin(), policies.end(), policy) != policies.end();
      const absl::Status refusal = RefusalOf(verb, policy);
      EXPECT_EQ(refusal.ok(), suits) << refusal;
      EXPECT_EQ(suits ? "BAD_POLICY" : ReasonOf(refusal), "BAD_POLICY");
    }
  }
}

TEST(PreparedGatherTest, EveryVerbButTheQuorumHasADefault) {
  for (Verb verb : {Verb::kGather, Verb::kSettled, Verb::kAsCompleted, Verb::kAny, Verb::kRace}) {
    EXPECT_TRUE(RefusalOf(verb, std::nullopt).ok());
  }
  EXPECT_EQ(ReasonOf(RefusalOf(Verb::kQuorum, std::nullopt)), "BAD_POLICY");
}

// semantics 35
TEST(PreparedGatherTest, AQuorumIsFromOneToTheNumberOfCalls) {
  EXPECT_TRUE(absl::IsInvalidArgument(RefusalOf(Verb::kSettled, Quorum(0))));
  EXPECT_TRUE(RefusalOf(Verb::kSettled, Quorum(2)).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(RefusalOf(Verb::kSettled, Quorum(3))));
}

// semantics 2, 3
TEST(PreparedGatherTest, OfNoCallsOnlyWhatWaitsForNobodyMakesSense) {
  for (const Policy& policy : {FailFast(), Propagate(), Collect(), Any(), Race(), Quorum(1)}) {
    Options options;
    options.policy = policy;
    PreparedGather gather(Verb::kSettled, options, 0);
    gather.Seal();
    const bool waits_for_somebody =
        policy == Any() || policy == Race() || policy.mode() == v1::MODE_QUORUM;
    EXPECT_EQ(gather.refusal().ok(), !waits_for_somebody);
  }
}

TEST(PreparedGatherTest, APolicysNumbersReachTheRequest) {
  Options options;
  options.policy = Collect(3);
  EXPECT_EQ(PreparedGather(Verb::kSettled, options, 0).request->policy().max_failures(), 3);
  options.policy = Collect(0);
  EXPECT_TRUE(PreparedGather(Verb::kSettled, options, 0).request->policy().has_max_failures());
  options.policy = Collect();
  EXPECT_FALSE(PreparedGather(Verb::kSettled, options, 0).request->policy().has_max_failures());
  options.policy = Quorum(2);
  EXPECT_EQ(PreparedGather(Verb::kSettled, options, 0).request->policy().min_successes(), 2);
}

}  // namespace
}  // namespace gather::internal
