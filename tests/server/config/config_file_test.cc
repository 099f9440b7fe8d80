#include "server/config/config_file.h"

#include <string>
#include <variant>

#include "absl/strings/str_join.h"
#include "gather/config/v1/config.pb.h"
#include "gtest/gtest.h"
#include "server/config/mistakes.h"

namespace gather::server {
namespace {

config::v1::ServerConfig Parse(const std::string& json) {
  auto parsed = ParseConfig(json);
  if (const auto* mistakes = std::get_if<Mistakes>(&parsed)) {
    ADD_FAILURE() << absl::StrJoin(*mistakes, "\n");
    return {};
  }
  return std::get<config::v1::ServerConfig>(parsed);
}

std::string MistakesIn(const std::string& json) {
  const auto parsed = ParseConfig(json);
  const auto* const mistakes = std::get_if<Mistakes>(&parsed);
  return mistakes == nullptr ? "" : absl::StrJoin(*mistakes, "\n");
}

TEST(ParseConfigTest, ReadsFieldsByEitherName) {
  const auto config = Parse(R"({
    // The one backend.
    "targets": [{"name": "users", "health_check_service": "", "maxTimeout": "1.5s"}],
    "limits": {"max_calls": 7, "maxReplyBytes": "99999999999"},
    "drain": null
  })");
  ASSERT_EQ(config.targets_size(), 1);
  EXPECT_EQ(config.targets(0).name(), "users");
  EXPECT_TRUE(config.targets(0).has_health_check_service());
  EXPECT_EQ(config.targets(0).max_timeout().nanos(), 500'000'000);
  EXPECT_EQ(config.limits().max_calls(), 7u);
  EXPECT_EQ(config.limits().max_reply_bytes(), 99'999'999'999u);
  EXPECT_FALSE(config.has_drain());
}

TEST(ParseConfigTest, TextThatOnlyLooksLikeACommentStays) {
  EXPECT_EQ(Parse(R"({"targets": [{"address": "dns:///posts:443"}]})").targets(0).address(),
            "dns:///posts:443");
}

TEST(ParseConfigTest, EachWrongFieldIsTold) {
  EXPECT_EQ(MistakesIn(R"({"targets": [{"name": 5}, {"adress": "h:1"}]})"),
            "targets[0].name: 5 is not a text in double quotes\n"
            "targets[1].adress: there is no such field");
}

TEST(ParseConfigTest, WrongTypesAreTold) {
  const std::pair<std::string, std::string> wrong[] = {
      {R"({"targets": {"name": "a"}})", "targets: an object is not a list in brackets"},
      {R"({"targets": ["a"]})", "targets[0]: \"a\" is not an object in braces"},
      {R"({"limits": {"dry_run": "yes"}})", "limits.dry_run: \"yes\" is not true or false"},
      {R"({"limits": {"max_calls": -1}})", "limits.max_calls: -1 is not a whole number below 2^32"},
      {R"({"limits": {"max_calls": "many"}})",
       "limits.max_calls: \"many\" is not a whole number below 2^32"},
      {R"({"limits": {"max_memory_bytes": 1.5}})",
       "limits.max_memory_bytes: 1.5 is not a whole number"},
      {R"({"limits": {"principal": {"sub_calls_per_second": "1"}}})",
       "limits.principal.sub_calls_per_second: \"1\" is not a number"},
      {R"({"drain": {"deadline": 5}})",
       "drain.deadline: 5 is not a duration in seconds, as \"1.5s\""},
      {R"({"drain": {"deadline": "5m"}})",
       "drain.deadline: \"5m\" is not a duration in seconds, as \"1.5s\""},
      {R"({"logging": {"format": "XML"}})",
       "logging.format: \"XML\" is not LOG_FORMAT_TEXT or LOG_FORMAT_JSON"},
  };
  for (const auto& [json, mistake] : wrong) EXPECT_EQ(MistakesIn(json), mistake);
}

TEST(ParseConfigTest, WhatIsThereTwiceIsTold) {
  EXPECT_EQ(MistakesIn(R"({"limits": {"max_calls": 1, "max_calls": 2}})"),
            "'max_calls' is given twice in one object");
  EXPECT_EQ(MistakesIn(R"({"limits": {"max_calls": 1, "maxCalls": 2}})"),
            "limits.max_calls: given twice, also as maxCalls");
}

TEST(ParseConfigTest, WhatIsNoJsonIsToldWithItsLine) {
  EXPECT_EQ(MistakesIn("{\n  \"drain\": {\n  \"limits\" 1}}"),
            "line 3 is no JSON: Expected : between key:value pair.");
  EXPECT_EQ(MistakesIn("[1]"), "not an object in braces");
  EXPECT_EQ(MistakesIn(""), "not an object in braces");
}

TEST(ReadFileTest, SaysWhyAFileCannotBeRead) {
  EXPECT_EQ(ReadFile("/no/such/file").status().message(),
            "cannot be read: No such file or directory");
  EXPECT_EQ(ReadFile("/").status().message(), "cannot be read: Is a directory");
}

}  // namespace
}  // namespace gather::server
