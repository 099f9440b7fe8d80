#include "server/log.h"

#include "gtest/gtest.h"

namespace gather::server {
namespace {

TEST(LogTest, PlainValuesAreNotQuoted) {
  EXPECT_EQ(LogLine("T", LogLevel::kWarning, "gather_failed", {{"method", "/a.B/C"}, {"n", "2"}}),
            "T warning gather_failed method=/a.B/C n=2");
}

TEST(LogTest, WhateverACallerWritesStaysOneLine) {
  EXPECT_EQ(LogLine("T", LogLevel::kInfo, "e", {{"label", "a \"b\"\nT error forged"}}),
            "T info e label=\"a \\\"b\\\"\\nT error forged\"");
  EXPECT_EQ(LogLine("T", LogLevel::kInfo, "e", {{"label", ""}}), "T info e label=\"\"");
}

TEST(LogTest, LevelsHaveNames) {
  LogLevel level = LogLevel::kInfo;
  EXPECT_TRUE(ParseLogLevel("error", &level));
  EXPECT_EQ(level, LogLevel::kError);
  EXPECT_FALSE(ParseLogLevel("loud", &level));
}

}  // namespace
}  // namespace gather::server
