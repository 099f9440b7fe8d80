#include "server/flags.h"

#include <chrono>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "engine/engine.h"
#include "engine/target.h"
#include "gtest/gtest.h"
#include "server/config/configuration.h"
#include "server/config/mistakes.h"
#include "server/log.h"

namespace gather::server {
namespace {

const char kTargets[] = "--targets=users=127.0.0.1:5001,posts=dns:///posts:443";

Configuration Load(const std::vector<std::string>& arguments) {
  const auto parsed = ParseCommandLine(arguments);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  auto loaded = parsed.ok() ? parsed->source.Load(nullptr) : Configuration();
  if (auto* configuration = std::get_if<Configuration>(&loaded)) return std::move(*configuration);
  ADD_FAILURE() << absl::StrJoin(std::get<Mistakes>(loaded), "\n");
  return {};
}

std::string MessageOf(const std::vector<std::string>& arguments) {
  const auto parsed = ParseCommandLine(arguments);
  if (!parsed.ok()) return std::string(parsed.status().message());
  const auto loaded = parsed->source.Load(nullptr);
  const auto* const mistakes = std::get_if<Mistakes>(&loaded);
  return mistakes == nullptr ? "" : absl::StrJoin(*mistakes, "\n");
}

TEST(FlagsTest, EveryFlagSetsItsOption) {
  const Configuration configuration =
      Load({kTargets, "--listen=127.0.0.1:4400", "--workers=2", "--max_calls=7",
            "--max_concurrency=8", "--max_request_bytes=9", "--max_response_bytes=10",
            "--max_reply_bytes=11", "--default_timeout=2s", "--max_timeout=1m", "--max_detached=1",
            "--detached_timeout=5s", "--drain_deadline=3s", "--lame_duck=4s", "--log_level=error"});
  const engine::EngineOptions& engine = configuration.engine;
  ASSERT_NE(engine.targets.Find("users"), nullptr);
  EXPECT_EQ(engine.targets.Find("users")->channel.address, "127.0.0.1:5001");
  EXPECT_EQ(engine.targets.Find("users")->channel.max_reply_bytes, 11u);
  EXPECT_EQ(engine.targets.Find("posts")->channel.address, "dns:///posts:443");
  EXPECT_EQ(configuration.listen, "127.0.0.1:4400");
  EXPECT_EQ(configuration.workers, 2);
  EXPECT_EQ(engine.plan.max_calls, 7u);
  EXPECT_EQ(engine.plan.max_concurrency, 8u);
  EXPECT_EQ(engine.max_request_bytes, 9u);
  EXPECT_EQ(engine.max_response_bytes, 10u);
  EXPECT_EQ(engine.plan.default_timeout, std::chrono::seconds(2));
  EXPECT_EQ(engine.plan.max_timeout, std::chrono::minutes(1));
  EXPECT_TRUE(engine.detached_budget->TryTake());
  EXPECT_TRUE(engine.detached_budget->exhausted());
  EXPECT_EQ(engine.detached_timeout, std::chrono::seconds(5));
  EXPECT_EQ(configuration.drain_deadline, absl::Seconds(3));
  EXPECT_EQ(configuration.lame_duck, absl::Seconds(4));
  EXPECT_EQ(configuration.log_level, LogLevel::kError);
}

TEST(FlagsTest, TargetsAloneLetEverythingThroughButIdentity) {
  const Configuration configuration = Load({kTargets});
  const engine::Target& users = *configuration.engine.targets.Find("users");
  EXPECT_TRUE(users.methods.Contains("/any.Service/Method"));
  EXPECT_TRUE(users.request_metadata.Contains("x-any"));
  EXPECT_FALSE(users.request_metadata.Names("authorization"));
  EXPECT_TRUE(users.response_metadata.Contains("x-any"));
  ASSERT_EQ(configuration.message.allow_size(), 1);
  EXPECT_EQ(configuration.message.allow(0).principals(0), "*");
  EXPECT_EQ(configuration.message.allow(0).targets(0), "*");
}

TEST(FlagsTest, AValueMayStandBehindItsFlag) {
  EXPECT_EQ(Load({"--targets", "a=h:1", "--workers", "3"}).workers, 3);
}

TEST(FlagsTest, ElsewhereThanOnLoopbackNeedsInsecure) {
  EXPECT_NE(MessageOf({kTargets, "--listen=0.0.0.0:1"}).find("--insecure"), std::string::npos);
  EXPECT_EQ(MessageOf({kTargets, "--listen=0.0.0.0:1", "--insecure"}), "");
  EXPECT_EQ(MessageOf({kTargets, "--listen=[::1]:1"}), "");
}

TEST(FlagsTest, WhatIsWrongIsNamed) {
  EXPECT_EQ(MessageOf({"--bogus=1"}), "unknown flag --bogus; see --help");
  EXPECT_EQ(MessageOf({"serve"}), "\"serve\" is not a flag; see --help");
  EXPECT_EQ(MessageOf({kTargets, "--workers=0"}), "--workers: \"0\" is not a number from 1 to 256");
  EXPECT_EQ(MessageOf({kTargets, "--workers"}), "--workers needs a value: N");
  EXPECT_EQ(MessageOf({kTargets, "--insecure=yes"}), "--insecure takes no value");
  EXPECT_EQ(MessageOf({"--targets=users"}), "--targets: \"users\" is not NAME=ADDRESS");
  EXPECT_EQ(MessageOf({kTargets, "--listen=here"}), "--listen: \"here\" is not HOST:PORT");
  EXPECT_EQ(MessageOf({}).rfind("--targets is missing", 0), 0u);
}

TEST(FlagsTest, TargetsAreInTheFileOrOnTheCommandLine) {
  EXPECT_EQ(MessageOf({"--config=f", kTargets}),
            "--targets: not together with --config, which names them");
}

}  // namespace
}  // namespace gather::server
