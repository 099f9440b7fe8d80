#include "server/log_line.h"

#include <string>
#include <vector>

#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"

namespace gather::server {
namespace {

// The line, read by a JSON parser.
google::protobuf::Struct Parsed(const std::vector<LogField>& fields) {
  google::protobuf::Struct parsed;
  const std::string line = LogLine(LogFormat::kJson, "T", LogLevel::kInfo, "e", fields);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(line, &parsed).ok()) << line;
  return parsed;
}

TEST(LogTest, PlainValuesAreNotQuoted) {
  EXPECT_EQ(LogLine("T", LogLevel::kWarning, "gather_failed", {{"method", "/a.B/C"}, {"n", 2}}),
            "T warning gather_failed method=/a.B/C n=2");
}

TEST(LogTest, WhateverACallerWritesStaysOneLine) {
  EXPECT_EQ(LogLine("T", LogLevel::kInfo, "e", {{"label", "a \"b\"\nT error forged"}}),
            "T info e label=\"a \\\"b\\\"\\nT error forged\"");
  EXPECT_EQ(LogLine("T", LogLevel::kInfo, "e", {{"label", ""}}), "T info e label=\"\"");
}

TEST(LogTest, JsonHasTheSameFieldsWithNumbersAsNumbers) {
  EXPECT_EQ(
      LogLine(LogFormat::kJson, "T", LogLevel::kWarning, "gather_failed",
              {{"method", "/a.B/C"}, {"n", 2}, {"calls", std::vector<std::string>{"a", "b"}}}),
      R"({"time":"T","level":"warning","event":"gather_failed",)"
      R"("method":"/a.B/C","n":2,"calls":["a","b"]})");
}

TEST(LogTest, WhateverACallerWritesIsReadBackFromJson) {
  const std::string label = "a \"b\"\n\\ \x01 \x7f ü\",\"level\":\"error";
  EXPECT_EQ(Parsed({{"label", label}}).fields().at("label").string_value(), label);
}

TEST(LogTest, BytesThatAreNotUtf8AreReplacedInJson) {
  EXPECT_EQ(Parsed({{"label", "a\xff\xc3"}}).fields().at("label").string_value(), "a??");
}

TEST(LogTest, LevelsHaveNames) {
  LogLevel level = LogLevel::kInfo;
  EXPECT_TRUE(ParseLogLevel("error", &level));
  EXPECT_EQ(level, LogLevel::kError);
  EXPECT_FALSE(ParseLogLevel("loud", &level));
}

}  // namespace
}  // namespace gather::server
