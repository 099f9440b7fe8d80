#include "server/flags.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace gather::server {
namespace {

const char kTargets[] = "--targets=users=127.0.0.1:5001,posts=dns:///posts:443";

std::string MessageOf(const std::vector<std::string>& arguments) {
  const auto parsed = ParseCommandLine(arguments);
  EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument);
  return absl::StrCat(parsed.status().message());
}

TEST(FlagsTest, EveryFlagSetsItsOption) {
  const auto parsed = ParseCommandLine(
      {kTargets, "--listen=127.0.0.1:4400", "--workers=2", "--max_calls=7", "--max_concurrency=8",
       "--max_request_bytes=9", "--max_response_bytes=10", "--max_reply_bytes=11",
       "--default_timeout=2s", "--max_timeout=1m", "--max_detached=1", "--detached_timeout=5s",
       "--drain_deadline=3s", "--lame_duck=4s", "--log_level=error"});
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  const ServerOptions& options = parsed->options;
  EXPECT_EQ(options.engine.targets.Find("users")->address, "127.0.0.1:5001");
  EXPECT_EQ(options.engine.targets.Find("posts")->address, "dns:///posts:443");
  EXPECT_EQ(options.listen, "127.0.0.1:4400");
  EXPECT_EQ(options.workers, 2);
  EXPECT_EQ(options.engine.plan.max_calls, 7u);
  EXPECT_EQ(options.engine.plan.max_concurrency, 8u);
  EXPECT_EQ(options.engine.max_request_bytes, 9u);
  EXPECT_EQ(options.engine.max_response_bytes, 10u);
  EXPECT_EQ(options.engine.max_reply_bytes, 11u);
  EXPECT_EQ(options.engine.plan.default_timeout, std::chrono::seconds(2));
  EXPECT_EQ(options.engine.plan.max_timeout, std::chrono::minutes(1));
  EXPECT_TRUE(options.engine.detached_budget->TryTake());
  EXPECT_TRUE(options.engine.detached_budget->exhausted());
  EXPECT_EQ(options.engine.detached_timeout, std::chrono::seconds(5));
  EXPECT_EQ(options.drain_deadline, absl::Seconds(3));
  EXPECT_EQ(options.lame_duck, absl::Seconds(4));
  EXPECT_EQ(parsed->log_level, LogLevel::kError);
}

TEST(FlagsTest, AValueMayStandBehindItsFlag) {
  const auto parsed = ParseCommandLine({"--targets", "a=h:1", "--workers", "3"});
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->options.workers, 3);
}

TEST(FlagsTest, ElsewhereThanOnLoopbackNeedsInsecure) {
  EXPECT_NE(MessageOf({kTargets, "--listen=0.0.0.0:1"}).find("--insecure"), std::string::npos);
  EXPECT_TRUE(ParseCommandLine({kTargets, "--listen=0.0.0.0:1", "--insecure"}).ok());
  EXPECT_TRUE(ParseCommandLine({kTargets, "--listen=[::1]:1"}).ok());
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

// A flag that a later version brings must not be taken for one that works.
TEST(FlagsTest, FlagsOfLaterVersionsAreUnknown) {
  EXPECT_EQ(MessageOf({"--config=f"}), "unknown flag --config; see --help");
}

}  // namespace
}  // namespace gather::server
