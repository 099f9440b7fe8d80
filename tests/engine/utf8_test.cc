#include "engine/utf8.h"

#include <string>

#include "gtest/gtest.h"

namespace gather::engine {
namespace {

TEST(CutUtf8Test, LeavesShortTextAlone) {
  EXPECT_EQ(CutUtf8("abc", 3), "abc");
  EXPECT_EQ(CutUtf8("", 0), "");
}

TEST(CutUtf8Test, NeverSplitsACharacter) {
  const std::string text = "a\xc3\xa9\xf0\x9f\x98\x80";  // 1 + 2 + 4 bytes
  EXPECT_EQ(CutUtf8(text, 7), text);
  EXPECT_EQ(CutUtf8(text, 6), "a\xc3\xa9");
  EXPECT_EQ(CutUtf8(text, 4), "a\xc3\xa9");
  EXPECT_EQ(CutUtf8(text, 3), "a\xc3\xa9");
  EXPECT_EQ(CutUtf8(text, 2), "a");
  EXPECT_EQ(CutUtf8(text, 0), "");
}

TEST(CutUtf8Test, LosesAtMostThreeBytesOfOtherText) {
  EXPECT_EQ(CutUtf8(std::string(100, '\x80'), 50).size(), 47u);
}

TEST(ValidUtf8Test, KeepsWhatIsValid) {
  const std::string text = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xed\x9f\xbf\xf4\x8f\xbf\xbf";
  EXPECT_EQ(ValidUtf8(text, 100), text);
  EXPECT_EQ(ValidUtf8(text, 2), "a");
}

TEST(ValidUtf8Test, ReplacesBytesThatBelongToNoCharacter) {
  EXPECT_EQ(ValidUtf8("a\xff\x80z", 100), "a??z");
  EXPECT_EQ(ValidUtf8("\xc3", 100), "?");                 // ends early
  EXPECT_EQ(ValidUtf8("\xc3(", 100), "?(");               // no continuation
  EXPECT_EQ(ValidUtf8("\xc0\x80", 100), "??");            // overlong
  EXPECT_EQ(ValidUtf8("\xe0\x80\x80", 100), "???");       // overlong
  EXPECT_EQ(ValidUtf8("\xf0\x80\x80\x80", 100), "????");  // overlong
  EXPECT_EQ(ValidUtf8("\xed\xa0\x80", 100), "???");       // surrogate
  EXPECT_EQ(ValidUtf8("\xf4\x90\x80\x80", 100), "????");  // past the last code point
}

}  // namespace
}  // namespace gather::engine
