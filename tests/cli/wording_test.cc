#include "cli/wording.h"

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace gather::cli {
namespace {

TEST(WordingTest, NumbersAreGrouped) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1'000), "1,000");
  EXPECT_EQ(Grouped(12'345'678), "12,345,678");
}

TEST(WordingTest, BytesHaveTheUnitThatFits) {
  EXPECT_EQ(Bytes(100), "100 bytes");
  EXPECT_EQ(Bytes(64 << 20), "64 MiB");
  EXPECT_EQ(Bytes(1536), "1.5 KiB");
}

TEST(WordingTest, TimesAreAsPreciseAsPeopleSayThem) {
  EXPECT_EQ(Span(absl::Microseconds(350)), "0.3 ms");
  EXPECT_EQ(Span(absl::Milliseconds(21)), "21 ms");
  EXPECT_EQ(Span(absl::Milliseconds(1240)), "1.24 s");
  EXPECT_EQ(Span(absl::Seconds(12)), "12 s");
  EXPECT_EQ(Span(absl::Seconds(185)), "3m5s");
}

TEST(WordingTest, WhatDoesNotFitIsCut) {
  EXPECT_EQ(Fit("überaus", 4, false), "übe…");
  EXPECT_EQ(Fit("über", 4, false), "über");
  EXPECT_EQ(Fit("ü", 3, true), "ü  ");
  EXPECT_EQ(Fit("ab", 1, false), "…");
  EXPECT_EQ(Fit("ab", 0, true), "");
}

TEST(WordingTest, NothingThatABackendWritesMovesTheCursor) {
  EXPECT_EQ(OneLine("a\nb\x1b[2Jc\x7f"), "a b [2Jc ");
  EXPECT_EQ(OneLine("a\xc2\x9b"
                    "2J\xc3\xa4"),
            "a 2J\xc3\xa4");
}

TEST(WordingTest, ColoursHaveNoWidth) { EXPECT_EQ(Width("\x1b[32m██\x1b[0m·"), 3u); }

}  // namespace
}  // namespace gather::cli
