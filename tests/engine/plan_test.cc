#include "engine/plan.h"

#include <grpcpp/support/slice.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/payload.h"
#include "engine/refusal.h"
#include "engine/request.h"
#include "gather/v1/gather.pb.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;

class PlanTest : public ::testing::Test {
 protected:
  Plan MustPlan(const std::string& text) {
    auto request = std::make_unique<v1::GatherRequest>();
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, request.get())) << text;
    auto plan = MakePlan(std::move(request), targets_, limits_);
    if (auto* refusal = std::get_if<Refusal>(&plan)) {
      ADD_FAILURE() << refusal->message;
      return Plan{std::make_unique<v1::GatherRequest>(), {}, nullptr, {}, {}, 0, false, nullptr};
    }
    return std::get<Plan>(std::move(plan));
  }

  TargetTable targets_ = *TargetTable::Create({{"users", "h:1"}, {"posts", "h:2"}});
  PlanLimits limits_;
};

std::vector<std::string> Entries(const PlannedCall& call) {
  std::vector<std::string> entries;
  for (const v1::Metadata* entry : call.metadata) {
    entries.push_back(absl::StrCat(entry->key(), "=", entry->value()));
  }
  return entries;
}

TEST_F(PlanTest, AKeptPayloadGoesToItsCall) {
  Request request(std::make_unique<v1::GatherRequest>());
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"(calls { target: "users" method: "/S/M" request: "own" }
         calls { target: "users" method: "/S/M" request: "" })",
      request.message.get()));
  request.payloads.push_back({1, Payload(grpc::Slice("kept"))});
  auto planned = MakePlan(std::move(request), targets_, limits_);
  ASSERT_TRUE(std::holds_alternative<Plan>(planned));
  const Plan& plan = std::get<Plan>(planned);
  EXPECT_FALSE(plan.calls.at(0).payload.Valid());
  EXPECT_EQ(*plan.calls.at(0).request, "own");
  EXPECT_EQ(plan.calls.at(1).payload.Length(), 4u);
}

TEST_F(PlanTest, TakesTwoCallsAsTheyAre) {
  const Plan plan = MustPlan(R"(
    calls { id: "me" target: "users" method: "/demo.Users/Get" request: "a" }
    calls { target: "posts" method: "/Posts/List" request: "b" timeout { nanos: 50000000 } })");
  ASSERT_EQ(plan.calls.size(), 2u);
  EXPECT_EQ(plan.calls[0].sub_call->id(), "me");
  EXPECT_EQ(plan.calls[0].target, targets_.Find("users"));
  EXPECT_EQ(plan.calls[0].target_name, "users");
  EXPECT_EQ(plan.calls[0].method, "/demo.Users/Get");
  ASSERT_NE(plan.calls[0].request, nullptr);
  EXPECT_EQ(*plan.calls[0].request, "a");
  EXPECT_EQ(plan.calls[0].timeout, std::nullopt);
  EXPECT_EQ(plan.calls[0].refusal, nullptr);
  EXPECT_EQ(plan.calls[1].sub_call->id(), "1");
  EXPECT_EQ(plan.calls[1].target, targets_.Find("posts"));
  EXPECT_EQ(plan.calls[1].timeout, milliseconds(50));
  EXPECT_FALSE(plan.clamped);
  EXPECT_FALSE(plan.validate_only());
}

// semantics 2
TEST_F(PlanTest, NoCallsAreAPlanInFailFastAndCollect) {
  EXPECT_TRUE(MustPlan("").calls.empty());
  EXPECT_TRUE(MustPlan("policy { mode: MODE_COLLECT }").calls.empty());
}

TEST_F(PlanTest, ResolvesModeAndErrorDelivery) {
  const Plan plain = MustPlan("");
  EXPECT_EQ(plain.policy.mode(), v1::MODE_FAIL_FAST);
  EXPECT_EQ(plain.policy.error_delivery(), v1::ERROR_DELIVERY_AS_STATUS);
  const Plan collect = MustPlan("policy { mode: MODE_COLLECT }");
  EXPECT_EQ(collect.policy.mode(), v1::MODE_COLLECT);
  EXPECT_EQ(collect.policy.error_delivery(), v1::ERROR_DELIVERY_AS_RESPONSE);
  const Plan named =
      MustPlan("policy { mode: MODE_FAIL_FAST error_delivery: ERROR_DELIVERY_AS_RESPONSE }");
  EXPECT_EQ(named.policy.error_delivery(), v1::ERROR_DELIVERY_AS_RESPONSE);
  const Plan strict =
      MustPlan("policy { mode: MODE_COLLECT error_delivery: ERROR_DELIVERY_AS_STATUS }");
  EXPECT_EQ(strict.policy.error_delivery(), v1::ERROR_DELIVERY_AS_STATUS);
}

TEST_F(PlanTest, TakesLabelAndValidateOnly) {
  const Plan plan =
      MustPlan(absl::StrCat("validate_only: true label: '", std::string(256, 'x'), "'"));
  EXPECT_EQ(plan.label(), std::string(256, 'x'));
  EXPECT_TRUE(plan.validate_only());
}

TEST_F(PlanTest, FillsInWhatACallLeavesOut) {
  const Plan plan = MustPlan(R"(
    calls {}
    defaults {
      target: "users" method: "/demo.Users/Get" request: "all" timeout { seconds: 2 }
      idempotent: true fallback { response: "f" codes: 5 } requirement: REQUIREMENT_OPTIONAL
      metadata { key: "a" value: "1" } server_streaming: true
    })");
  const PlannedCall& call = plan.calls.at(0);
  EXPECT_EQ(call.target, targets_.Find("users"));
  EXPECT_EQ(call.method, "/demo.Users/Get");
  EXPECT_EQ(call.request, nullptr);
  ASSERT_NE(plan.shared_request, nullptr);
  EXPECT_EQ(*plan.shared_request, "all");
  EXPECT_EQ(call.timeout, seconds(2));
  EXPECT_TRUE(call.idempotent);
  EXPECT_TRUE(call.server_streaming);
  ASSERT_NE(call.fallback, nullptr);
  EXPECT_EQ(call.fallback->response(), "f");
  EXPECT_EQ(call.requirement, v1::REQUIREMENT_OPTIONAL);
  EXPECT_THAT(Entries(call), ElementsAre("a=1"));
}

TEST_F(PlanTest, WhatACallSaysReplacesTheDefaultWhole) {
  const Plan plan = MustPlan(R"(
    calls {
      target: "posts" method: "/demo.Posts/List" request: "" timeout { nanos: 7 }
      idempotent: false fallback { response: "own" } requirement: REQUIREMENT_REQUIRED
      shielded: false server_streaming: false
    }
    defaults {
      target: "users" method: "/demo.Users/Get" request: "all" timeout { seconds: 2 }
      idempotent: true fallback { response: "f" codes: 5 } requirement: REQUIREMENT_OPTIONAL
      shielded: true server_streaming: true
    })");
  const PlannedCall& call = plan.calls.at(0);
  EXPECT_EQ(call.target, targets_.Find("posts"));
  EXPECT_EQ(call.method, "/demo.Posts/List");
  ASSERT_NE(call.request, nullptr);  // present, though empty
  EXPECT_TRUE(call.request->empty());
  EXPECT_EQ(call.timeout, std::chrono::nanoseconds(7));
  EXPECT_FALSE(call.idempotent);
  EXPECT_FALSE(call.server_streaming);
  EXPECT_EQ(call.fallback->response(), "own");
  EXPECT_EQ(call.fallback->codes_size(), 0);
  EXPECT_EQ(call.requirement, v1::REQUIREMENT_REQUIRED);
}

TEST_F(PlanTest, MetadataOfTheDefaultsComesFirstExceptKeysThatTheCallNames) {
  const Plan plan = MustPlan(R"(
    calls { metadata { key: "b" value: "own" } metadata { key: "c" value: "own" } }
    calls {}
    defaults {
      target: "users" method: "/S/M"
      metadata { key: "a" value: "1" }
      metadata { key: "b" value: "2" }
      metadata { key: "a" value: "3" }
      metadata { key: "b" value: "4" }
    })");
  EXPECT_THAT(Entries(plan.calls[0]), ElementsAre("a=1", "a=3", "b=own", "c=own"));
  EXPECT_THAT(Entries(plan.calls[1]), ElementsAre("a=1", "b=2", "a=3", "b=4"));
}

TEST_F(PlanTest, ACallCanReplaceABadDefaultEntry) {
  const Plan plan = MustPlan(R"(
    calls { metadata { key: "a" value: "good" } }
    defaults { target: "users" method: "/S/M" metadata { key: "a" value: "\n" } })");
  EXPECT_THAT(Entries(plan.calls[0]), ElementsAre("a=good"));
}

TEST_F(PlanTest, BinaryMetadataHoldsAnyBytes) {
  const Plan plan = MustPlan(R"(calls {
    target: "users" method: "/S/M" metadata { key: "x-bin" value: "\000\n\377" } })");
  EXPECT_EQ(plan.calls[0].metadata.at(0)->value(), std::string("\0\n\xff", 3));
}

TEST_F(PlanTest, MetadataUpToTheBoundsIsTaken) {
  std::string text = "calls { target: 'users' method: '/S/M' ";
  for (int i = 0; i < 64; ++i) {
    absl::StrAppend(&text, "metadata { key: 'k' value: '", std::string(127, 'v'), "' } ");
  }
  const Plan plan = MustPlan(text + "}");
  EXPECT_EQ(plan.calls[0].metadata.size(), 64u);
}

TEST_F(PlanTest, IdsUpToTheBoundsAreTaken) {
  const Plan plan = MustPlan(absl::StrCat(R"(
    calls { id: "0" } calls { id: ")",
                                          std::string(128, '~'), R"(" } calls { id: "a b" } calls {}
    defaults { target: "users" method: "/S/M" })"));
  EXPECT_EQ(plan.calls[0].sub_call->id(), "0");
  EXPECT_EQ(plan.calls[1].sub_call->id(), std::string(128, '~'));
  EXPECT_EQ(plan.calls[2].sub_call->id(), "a b");
  EXPECT_EQ(plan.calls[3].sub_call->id(), "3");
}

TEST_F(PlanTest, ClampsWhatIsAboveTheServersMaximum) {
  const Plan timeout = MustPlan("timeout { seconds: 3600 nanos: 1 }");
  EXPECT_EQ(timeout.timeout, hours(1));
  EXPECT_TRUE(timeout.clamped);
  const Plan longest = MustPlan("timeout { seconds: 315576000000 }");
  EXPECT_EQ(longest.timeout, hours(1));
  EXPECT_TRUE(longest.clamped);
  const Plan call = MustPlan(
      "calls { target: 'users' method: '/S/M' timeout { seconds: 3601 } } calls { } "
      "defaults { target: 'users' method: '/S/M' timeout { seconds: 1 } }");
  EXPECT_EQ(call.calls[0].timeout, hours(1));
  EXPECT_EQ(call.calls[1].timeout, seconds(1));
  EXPECT_TRUE(call.clamped);
  const Plan concurrency = MustPlan("max_concurrency: 1001");
  EXPECT_EQ(concurrency.max_concurrency, 1000u);
  EXPECT_TRUE(concurrency.clamped);
}

TEST_F(PlanTest, TakesWhatIsWithinTheServersMaximum) {
  const Plan plan = MustPlan("timeout { seconds: 3600 } max_concurrency: 1000");
  EXPECT_EQ(plan.timeout, hours(1));
  EXPECT_EQ(plan.max_concurrency, 1000u);
  EXPECT_FALSE(plan.clamped);
  EXPECT_EQ(MustPlan("max_concurrency: 3").max_concurrency, 3u);
  const Plan absent = MustPlan("");
  EXPECT_EQ(absent.timeout, std::nullopt);
  EXPECT_EQ(absent.max_concurrency, 1000u);
}

TEST_F(PlanTest, AnUnknownTargetThatDecidesNothingIsItsSlotsRefusal) {
  const std::vector<std::string> requests = {
      "policy { mode: MODE_COLLECT } calls { target: 'nobody' method: '/S/M' }",
      "calls { target: 'nobody' method: '/S/M' requirement: REQUIREMENT_OPTIONAL }",
      "calls { target: 'nobody' method: '/S/M' fallback {} }",
      "calls { target: 'nobody' method: '/S/M' fallback { codes: 5 } }"};
  for (const std::string& text : requests) {
    const Plan plan = MustPlan(text);
    const PlannedCall& call = plan.calls.at(0);
    EXPECT_EQ(call.target, nullptr) << text;
    EXPECT_EQ(call.target_name, "nobody") << text;
    ASSERT_NE(call.refusal, nullptr) << text;
    EXPECT_EQ(call.refusal->code, 5) << text;
    EXPECT_EQ(call.refusal->reason, "UNKNOWN_TARGET") << text;
    EXPECT_EQ(call.refusal->message, "calls[0].target: no target \"nobody\"") << text;
  }
}

TEST_F(PlanTest, MetadataThatSaysWhoSomebodyIsRefusesItsSlotAlone) {
  const Plan plan = MustPlan(R"(
    calls { target: "users" method: "/S/M" metadata { key: "x-forwarded-for" value: "1.2.3.4" } }
    calls { target: "users" method: "/S/M" metadata { key: "x-tenant" value: "acme" } })");
  ASSERT_NE(plan.calls[0].refusal, nullptr);
  EXPECT_EQ(plan.calls[0].refusal->code, 7);
  EXPECT_EQ(plan.calls[0].refusal->reason, "METADATA_NOT_ALLOWED");
  EXPECT_EQ(plan.calls[0].refusal->message,
            "calls[0].metadata: key \"x-forwarded-for\" is not let through by target \"users\"");
  EXPECT_EQ(plan.calls[0].target, nullptr);
  EXPECT_EQ(plan.calls[1].refusal, nullptr);
}

TEST_F(PlanTest, StaysValidWhenMoved) {
  Plan first = MustPlan(R"(
    calls { id: "me" } defaults { target: "users" method: "/S/M" request: "r" })");
  const Plan plan = std::move(first);
  EXPECT_EQ(plan.calls[0].sub_call->id(), "me");
  EXPECT_EQ(plan.calls[0].method, "/S/M");
  EXPECT_EQ(*plan.shared_request, "r");
}

TEST_F(PlanTest, EffectiveShowsWhatWillRun) {
  const Plan plan = MustPlan(R"(
    calls { request: "own" metadata { key: "b" value: "2" } }
    calls {
      id: "x" target: "posts" timeout { seconds: 9999 } requirement: REQUIREMENT_REQUIRED
      server_streaming: true
    }
    policy { mode: MODE_COLLECT }
    timeout { seconds: 7200 } max_concurrency: 5000 label: "l" validate_only: true
    defaults {
      target: "users" method: "/S/M" request: "all" metadata { key: "a" value: "1" }
      timeout { seconds: 1 } idempotent: true fallback { response: "f" codes: 14 }
    })");
  v1::GatherRequest expected;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
    calls {
      id: "0" target: "users" method: "/S/M"
      metadata { key: "a" value: "1" } metadata { key: "b" value: "2" }
      timeout { seconds: 1 } idempotent: true fallback { codes: 14 }
    }
    calls {
      id: "x" target: "posts" method: "/S/M" metadata { key: "a" value: "1" }
      timeout { seconds: 3600 } idempotent: true fallback { codes: 14 }
      requirement: REQUIREMENT_REQUIRED server_streaming: true
    }
    policy { mode: MODE_COLLECT error_delivery: ERROR_DELIVERY_AS_RESPONSE }
    timeout { seconds: 3600 } max_concurrency: 1000 label: "l" validate_only: true)",
                                                            &expected));
  EXPECT_EQ(Effective(plan).DebugString(), expected.DebugString());
}

}  // namespace
}  // namespace gather::engine
