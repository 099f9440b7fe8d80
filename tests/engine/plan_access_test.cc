// What a plan refuses, shortens and adds because of its targets and of who asks.

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/access.h"
#include "engine/key_set.h"
#include "engine/method_set.h"
#include "engine/plan.h"
#include "engine/target.h"
#include "gather/v1/gather.pb.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

using std::chrono::seconds;

constexpr int kNotFound = 5;
constexpr int kPermissionDenied = 7;

TargetTable Targets() {
  std::vector<Target> targets(3);
  targets[0].name = "users";
  targets[1].name = "posts";
  targets[2].name = "mails";
  for (Target& target : targets) target.channel.address = "h:1";
  Target& users = targets[0];
  users.methods = MethodSet({"/Users/*"});
  users.idempotent_methods = MethodSet({"/Users/Get"});
  users.request_metadata = KeySet({"x-page", "authorization"});
  users.default_timeout = seconds(2);
  users.max_timeout = seconds(5);
  targets[1].max_timeout = seconds(5);
  return *TargetTable::FromTargets(std::move(targets), nullptr);
}

class PlanAccessTest : public ::testing::Test {
 protected:
  std::variant<Plan, Refusal> MakeIt(const std::string& text, const Grants* grants) {
    auto request = std::make_unique<v1::GatherRequest>();
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, request.get())) << text;
    return MakePlan(std::move(request), targets_, PlanLimits(), grants);
  }
  std::variant<Plan, Refusal> PlanFor(const std::string& principal, const std::string& text) {
    return MakeIt(text, &access_.For(principal));
  }
  Plan MustPlan(const std::string& text) {
    auto plan = MakeIt(text, nullptr);
    if (const auto* refusal = std::get_if<Refusal>(&plan)) {
      ADD_FAILURE() << refusal->message;
      plan = MakeIt("", nullptr);
    }
    return std::get<Plan>(std::move(plan));
  }
  static Refusal RefusalOf(const std::variant<Plan, Refusal>& plan) {
    const auto* refusal = std::get_if<Refusal>(&plan);
    return refusal != nullptr ? *refusal : Refusal();
  }

  const TargetTable targets_ = Targets();
  const AccessTable access_{{{{"web"}, {"users"}, {"/Users/Get"}}, {{"batch"}, {"*"}, {}}},
                            targets_};
};

TEST_F(PlanAccessTest, WhatARuleAllowsIsPlanned) {
  const auto plan = PlanFor("web", "calls { target: 'users' method: '/Users/Get' }");
  ASSERT_TRUE(std::holds_alternative<Plan>(plan));
  EXPECT_EQ(std::get<Plan>(plan).calls[0].target, targets_.Find("users"));
}

TEST_F(PlanAccessTest, AForbiddenTargetCannotBeToldFromAnUnknownOne) {
  const Refusal forbidden =
      RefusalOf(PlanFor("web", "calls { target: 'posts' method: '/Posts/List' }"));
  const Refusal unknown =
      RefusalOf(PlanFor("web", "calls { target: 'ports' method: '/Posts/List' }"));
  EXPECT_EQ(forbidden.code, kNotFound);
  EXPECT_EQ(forbidden.reason, "UNKNOWN_TARGET");
  EXPECT_EQ(forbidden.message, "calls[0].target: no target \"posts\"");
  EXPECT_EQ(unknown.code, forbidden.code);
  EXPECT_EQ(unknown.reason, forbidden.reason);
  EXPECT_EQ(unknown.message, "calls[0].target: no target \"ports\"");
  EXPECT_EQ(unknown.metadata, forbidden.metadata);
}

TEST_F(PlanAccessTest, WhereAFailureDoesNotDecideAForbiddenTargetIsTheSlots) {
  const auto made = PlanFor("web",
                            "policy { mode: MODE_COLLECT } "
                            "calls { target: 'posts' method: '/Posts/List' }"
                            "calls { target: 'users' method: '/Users/Get' }");
  ASSERT_TRUE(std::holds_alternative<Plan>(made)) << RefusalOf(made).message;
  const Plan& plan = std::get<Plan>(made);
  ASSERT_NE(plan.calls[0].refusal, nullptr);
  EXPECT_EQ(plan.calls[0].refusal->reason, "UNKNOWN_TARGET");
  EXPECT_EQ(plan.calls[0].target, nullptr);
  EXPECT_EQ(plan.calls[1].refusal, nullptr);
}

TEST_F(PlanAccessTest, AnotherMethodOfAnAllowedTargetIsRefusedByName) {
  const Refusal refusal =
      RefusalOf(PlanFor("web", "calls { target: 'users' method: '/Users/Delete' }"));
  EXPECT_EQ(refusal.code, kPermissionDenied);
  EXPECT_EQ(refusal.reason, "METHOD_NOT_ALLOWED");
  EXPECT_EQ(refusal.message,
            "calls[0].method: \"/Users/Delete\" is not allowed of target \"users\"");
}

TEST_F(PlanAccessTest, AMethodThatTheTargetDoesNotAllowIsRefusedWhoeverAsks) {
  const std::string call = "calls { target: 'users' method: '/Admin/Drop' }";
  EXPECT_EQ(RefusalOf(PlanFor("batch", call)).reason, "METHOD_NOT_ALLOWED");
  EXPECT_EQ(RefusalOf(MakeIt(call, nullptr)).reason, "METHOD_NOT_ALLOWED");
}

TEST_F(PlanAccessTest, WhereAFailureDoesNotDecideAForbiddenMethodIsTheSlots) {
  const auto made = PlanFor("web",
                            "calls { target: 'users' method: '/Users/Delete' "
                            "        fallback { codes: 7 } }"
                            "calls { target: 'users' method: '/Users/Get' }");
  ASSERT_TRUE(std::holds_alternative<Plan>(made)) << RefusalOf(made).message;
  const Plan& plan = std::get<Plan>(made);
  ASSERT_NE(plan.calls[0].refusal, nullptr);
  EXPECT_EQ(plan.calls[0].refusal->reason, "METHOD_NOT_ALLOWED");
}

TEST_F(PlanAccessTest, AFallbackForAnotherFailureDoesNotSaveAForbiddenMethod) {
  const auto made = PlanFor("web",
                            "calls { target: 'users' method: '/Users/Delete' "
                            "        fallback { codes: 5 } }");
  EXPECT_EQ(RefusalOf(made).reason, "METHOD_NOT_ALLOWED");
}

TEST_F(PlanAccessTest, CallsOfDifferentTargetsAreEachJudgedByTheirOwn) {
  const auto made = PlanFor("web",
                            "policy { mode: MODE_COLLECT } "
                            "calls { target: 'users' method: '/Users/Get' }"
                            "calls { target: 'posts' method: '/Users/Get' }"
                            "calls { target: 'users' method: '/Users/Get' }");
  const Plan& plan = std::get<Plan>(made);
  EXPECT_EQ(plan.calls[0].refusal, nullptr);
  EXPECT_NE(plan.calls[1].refusal, nullptr);
  EXPECT_EQ(plan.calls[2].refusal, nullptr);
}

TEST_F(PlanAccessTest, OnlyListedKeysAreLetThrough) {
  const std::string call = "calls { target: 'users' method: '/Users/Get' metadata { key: '";
  EXPECT_EQ(MustPlan(call + "authorization' value: 'x' } }").calls[0].refusal, nullptr);
  EXPECT_EQ(MustPlan(call + "x-page' value: 'x' } }").calls[0].refusal, nullptr);
  const Plan plan = MustPlan(call + "x-other' value: 'x' } }");
  ASSERT_NE(plan.calls[0].refusal, nullptr);
  EXPECT_EQ(plan.calls[0].refusal->code, kPermissionDenied);
  EXPECT_EQ(plan.calls[0].refusal->reason, "METADATA_NOT_ALLOWED");
  EXPECT_EQ(plan.calls[0].refusal->message,
            "calls[0].metadata: key \"x-other\" is not let through by target \"users\"");
}

TEST_F(PlanAccessTest, AStarLetsNoIdentityThrough) {
  const std::string call = "calls { target: 'mails' method: '/M/M' metadata { key: '";
  EXPECT_EQ(MustPlan(call + "x-other' value: 'x' } }").calls[0].refusal, nullptr);
  for (const std::string key : {"authorization", "cookie", "x-forwarded-for", "x-real-ip"}) {
    const Plan plan = MustPlan(call + key + "' value: 'x' } }");
    ASSERT_NE(plan.calls[0].refusal, nullptr) << key;
    EXPECT_EQ(plan.calls[0].refusal->reason, "METADATA_NOT_ALLOWED");
  }
}

TEST_F(PlanAccessTest, TheTargetsDefaultTimeoutHoldsWhereNoneIsNamed) {
  const Plan plan = MustPlan(
      "calls { target: 'users' method: '/Users/Get' }"
      "calls { target: 'users' method: '/Users/Get' timeout { seconds: 3 } }");
  EXPECT_EQ(plan.calls[0].timeout, seconds(2));
  EXPECT_EQ(plan.calls[1].timeout, seconds(3));
  EXPECT_FALSE(plan.clamped);
}

TEST_F(PlanAccessTest, ATimeoutAboveTheTargetsMaximumIsClamped) {
  const Plan plan =
      MustPlan("calls { target: 'posts' method: '/Posts/List' timeout { seconds: 9 } }");
  EXPECT_EQ(plan.calls[0].timeout, seconds(5));
  EXPECT_TRUE(plan.clamped);
}

TEST_F(PlanAccessTest, TheTargetsMaximumBoundsCallsThatNameNoTimeout) {
  const Plan plan = MustPlan("calls { target: 'posts' method: '/Posts/List' }");
  EXPECT_EQ(plan.calls[0].timeout, seconds(5));
  EXPECT_FALSE(plan.clamped);
}

TEST_F(PlanAccessTest, TheTargetSaysWhatIsIdempotentWhereTheRequestDoesNot) {
  const Plan plan = MustPlan(
      "calls { target: 'users' method: '/Users/Get' }"
      "calls { target: 'users' method: '/Users/Put' }"
      "calls { target: 'users' method: '/Users/Get' idempotent: false }");
  EXPECT_TRUE(plan.calls[0].idempotent);
  EXPECT_FALSE(plan.calls[1].idempotent);
  EXPECT_FALSE(plan.calls[2].idempotent);
}

TEST_F(PlanAccessTest, AnAddToAGroupThatIsForbiddenRefusesItsSlot) {
  auto made = MakeGroupPlan(v1::Open(), targets_, PlanLimits(), &access_.For("web"));
  const Plan& plan = std::get<Plan>(made);
  AddedCall added;
  added.message.set_target("posts");
  added.message.set_method("/Posts/List");
  EXPECT_FALSE(plan.adds->CheckAdded(0, &added));
  ASSERT_NE(added.planned.refusal, nullptr);
  EXPECT_EQ(added.planned.refusal->reason, "UNKNOWN_TARGET");
  EXPECT_EQ(added.planned.refusal->message, "calls[0].target: no target \"posts\"");
}

}  // namespace
}  // namespace gather::engine
