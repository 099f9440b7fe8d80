#include "cli/command_line_parser.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_split.h"
#include "cli/command_line.h"
#include "gather/v1/gather.pb.h"
#include "gtest/gtest.h"

namespace gather::cli {
namespace {

// Arguments between spaces.
absl::StatusOr<CommandLine> Parsed(const std::string& arguments) {
  return ParseCommandLine(std::vector<std::string>(absl::StrSplit(arguments, ' ')));
}

std::string Problem(const std::string& arguments) {
  const absl::Status status = Parsed(arguments).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  return std::string(status.message());
}

TEST(CommandLineParserTest, CallsAreSeparatedByALonePlus) {
  const auto line =
      Parsed(R"(call --mode=collect users /demo.Users/GetUser {"id":7} + posts /demo.Posts/List)");
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(line->command, Command::kCall);
  EXPECT_EQ(line->draft.policy().mode(), v1::MODE_COLLECT);
  ASSERT_EQ(line->draft.calls_size(), 2);
  EXPECT_EQ(line->draft.calls(0).target(), "users");
  EXPECT_EQ(line->draft.calls(0).method(), "/demo.Users/GetUser");
  EXPECT_EQ(line->draft.calls(0).request(), R"({"id":7})");
  EXPECT_EQ(line->draft.calls(1).target(), "posts");
  EXPECT_FALSE(line->draft.calls(1).has_request());
}

TEST(CommandLineParserTest, FlagsBehindACallAreThatCalls) {
  const auto line = Parsed(
      "call --timeout=1s --metadata=a=b users /m --timeout=50ms --id=me --optional + posts /m "
      "--required --metadata=c=d");
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(line->draft.timeout().seconds(), 1);
  EXPECT_EQ(line->draft.defaults().metadata(0).key(), "a");
  EXPECT_EQ(line->draft.calls(0).timeout().nanos(), 50'000'000);
  EXPECT_EQ(line->draft.calls(0).id(), "me");
  EXPECT_EQ(line->draft.calls(0).requirement(), v1::REQUIREMENT_OPTIONAL);
  EXPECT_EQ(line->draft.calls(1).requirement(), v1::REQUIREMENT_REQUIRED);
  EXPECT_EQ(line->draft.calls(1).metadata(0).value(), "d");
}

TEST(CommandLineParserTest, FlagsOfTheGatherStandAnywhere) {
  const auto line = Parsed("call users /m --max_concurrency 3 -m quorum + users /m -k 2");
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(line->draft.max_concurrency(), 3u);
  EXPECT_EQ(line->draft.policy().mode(), v1::MODE_QUORUM);
  EXPECT_EQ(line->draft.policy().min_successes(), 2u);
}

TEST(CommandLineParserTest, FlagsStandBeforeTheCommandToo) {
  const auto line = Parsed("--server=127.0.0.1:1 --output json capabilities");
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(line->command, Command::kCapabilities);
  EXPECT_EQ(line->settings.server(), "127.0.0.1:1");
  EXPECT_EQ(line->output, Output::kJson);
}

TEST(CommandLineParserTest, DashesInNamesAreUnderscores) {
  const auto line = Parsed("call --max-failures=2 users /m");
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(line->draft.policy().max_failures(), 2u);
}

TEST(CommandLineParserTest, TargetsComeOneByOneOrWithCommas) {
  const auto line = Parsed("call -t a=1:1 -t b=2:2,c=ipv4:3:3,4:4 users /m");
  ASSERT_TRUE(line.ok()) << line.status();
  ASSERT_EQ(line->settings.targets_size(), 3);
  EXPECT_EQ(line->settings.targets(1).address(), "2:2");
  EXPECT_EQ(line->settings.targets(2).address(), "ipv4:3:3,4:4");
}

TEST(CommandLineParserTest, BinaryMetadataIsBase64) {
  const auto line = Parsed("call users /m --metadata=x-bin=AAE=");
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(line->draft.calls(0).metadata(0).value(), std::string("\0\1", 2));
}

TEST(CommandLineParserTest, FallbacksHaveCodes) {
  const auto line = Parsed("call users /m --fallback={} --fallback_codes=not_found,14");
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(line->draft.calls(0).fallback().response(), "{}");
  EXPECT_EQ(line->draft.calls(0).fallback().codes(0), 5);
  EXPECT_EQ(line->draft.calls(0).fallback().codes(1), 14);
}

TEST(CommandLineParserTest, HelpExplainsTheCommandItStandsWith) {
  EXPECT_EQ(Parsed("call --help")->topic, Command::kCall);
  EXPECT_EQ(Parsed("help check")->topic, Command::kCheck);
  EXPECT_EQ(Parsed("--help")->topic, Command::kNone);
  EXPECT_EQ(Parsed("--help")->command, Command::kHelp);
}

TEST(CommandLineParserTest, WhatIsWrongIsSaidWithWhatWouldBeRight) {
  EXPECT_EQ(Problem("call --frob users /m"), "unknown flag --frob; see gatherctl --help");
  EXPECT_EQ(Problem("call --mode=some users /m"),
            "--mode: \"some\" is not one of fail_fast, collect, propagate, any, race, quorum; see "
            "gatherctl --help");
  EXPECT_EQ(Problem("call --timeout=fast users /m"),
            "--timeout: \"fast\" is not a positive time, as 300ms or 1m30s; see gatherctl --help");
  EXPECT_EQ(Problem("call --id=me users /m"),
            "--id: it stands behind the call that it is for; see gatherctl --help");
  EXPECT_EQ(Problem("call users /m --optional=yes"),
            "--optional takes no value; see gatherctl --help");
  EXPECT_EQ(Problem("call users /m --label"), "--label needs a value: TEXT; see gatherctl --help");
  EXPECT_EQ(Problem("capabilities --mode=any"),
            "--mode is no flag of capabilities; see gatherctl --help");
}

TEST(CommandLineParserTest, CallsAreWhole) {
  EXPECT_EQ(Problem("call"), "no call: TARGET METHOD [JSON], or -f FILE; see gatherctl --help");
  EXPECT_EQ(Problem("call users"),
            "the last call has no method: TARGET METHOD [JSON]; see gatherctl --help");
  EXPECT_EQ(Problem("call users /m +"), "no call behind the last +; see gatherctl --help");
  EXPECT_EQ(Problem("call + users /m"),
            "a + stands between two calls, each TARGET METHOD [JSON]; see gatherctl --help");
  EXPECT_EQ(Problem("call users /m {} posts /m"),
            "\"posts\" is too much for a call, which is TARGET METHOD [JSON]; a + stands between "
            "calls; see gatherctl --help");
  EXPECT_EQ(Problem("call -f file users /m"),
            "calls stand in the file of -f or on the command line, not in both; see gatherctl "
            "--help");
}

TEST(CommandLineParserTest, CommandsAreKnownOnes) {
  EXPECT_EQ(Problem("frob"), "there is no command \"frob\"; see gatherctl --help");
  EXPECT_EQ(ParseCommandLine({}).status().message(), "no command; see gatherctl --help");
}

}  // namespace
}  // namespace gather::cli
