#include "engine/access.h"

#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

using ::testing::ElementsAre;

TargetTable Targets() {
  std::vector<Target> targets(2);
  targets[0].name = "users";
  targets[1].name = "posts";
  targets[1].methods = MethodSet({"/Posts/*", "/Feed/List"});
  for (Target& target : targets) target.channel.address = "h:1";
  return *TargetTable::FromTargets(std::move(targets), nullptr);
}

class AccessTest : public ::testing::Test {
 protected:
  AccessTable Table(const std::vector<AccessRule>& rules) { return {rules, targets_}; }

  const TargetTable targets_ = Targets();
  const Target& users_ = *targets_.Find("users");
  const Target& posts_ = *targets_.Find("posts");
};

TEST_F(AccessTest, AllowsWhatARuleSays) {
  const AccessTable table = Table({{{"web"}, {"users"}, {"/Users/Get"}}});
  const MethodSet* methods = table.For("web").On(users_);
  ASSERT_NE(methods, nullptr);
  EXPECT_TRUE(methods->Contains("/Users/Get"));
  EXPECT_FALSE(methods->Contains("/Users/Delete"));
  EXPECT_EQ(table.For("web").On(posts_), nullptr);
}

TEST_F(AccessTest, WithoutARuleNobodyMayDoAnything) {
  const AccessTable table = Table({});
  EXPECT_EQ(table.For("web").On(users_), nullptr);
  EXPECT_EQ(table.For("").On(posts_), nullptr);
}

TEST_F(AccessTest, WhatOneMayAnotherMayNot) {
  const AccessTable table = Table({{{"web"}, {"users"}, {}}, {{"batch"}, {"posts"}, {}}});
  EXPECT_EQ(table.For("batch").On(users_), nullptr);
  EXPECT_NE(table.For("batch").On(posts_), nullptr);
  EXPECT_EQ(table.For("stranger").On(posts_), nullptr);
}

TEST_F(AccessTest, AStarStandsForEverybodyAndForAllTargets) {
  const AccessTable table = Table({{{"*"}, {"posts"}, {"/Posts/List"}}, {{"admin"}, {"*"}, {}}});
  EXPECT_THAT(table.For("stranger").On(posts_)->patterns(), ElementsAre("/Posts/List"));
  EXPECT_EQ(table.For("stranger").On(users_), nullptr);
  EXPECT_TRUE(table.For("admin").On(users_)->all());
  EXPECT_THAT(table.For("admin").On(posts_)->patterns(),
              ElementsAre("/Feed/List", "/Posts/*", "/Posts/List"));
}

TEST_F(AccessTest, SeveralRulesAddUp) {
  const AccessTable table =
      Table({{{"web"}, {"users"}, {"/Users/Get"}}, {{"web", "batch"}, {"users"}, {"/Users/List"}}});
  EXPECT_THAT(table.For("web").On(users_)->patterns(), ElementsAre("/Users/Get", "/Users/List"));
  EXPECT_THAT(table.For("batch").On(users_)->patterns(), ElementsAre("/Users/List"));
}

TEST_F(AccessTest, ARuleCannotAllowWhatTheTargetDoesNot) {
  const AccessTable table =
      Table({{{"web"}, {"posts"}, {"/Users/Get"}}, {{"batch"}, {"posts"}, {"/Feed/*", "/X/*"}}});
  EXPECT_EQ(table.For("web").On(posts_), nullptr);
  EXPECT_THAT(table.For("batch").On(posts_)->patterns(), ElementsAre("/Feed/List"));
}

TEST_F(AccessTest, ATargetThatThereIsNotIsNobodys) {
  const AccessTable table = Table({{{"web"}, {"mails"}, {}}});
  EXPECT_EQ(table.For("web").On(users_), nullptr);
}

TEST_F(AccessTest, KnowsThoseThatRulesName) {
  const AccessTable table = Table({{{"web", "*"}, {"users"}, {}}});
  EXPECT_TRUE(table.Knows("web"));
  EXPECT_FALSE(table.Knows("*"));
  EXPECT_FALSE(table.Knows("stranger"));
}

}  // namespace
}  // namespace gather::engine
