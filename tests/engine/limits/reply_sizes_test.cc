#include "engine/limits/reply_sizes.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

constexpr std::uint64_t kMost = 1 << 20;

TEST(ReplySizesTest, ExpectsTheMostUntilSomeHaveCome) {
  ReplySizes sizes;
  EXPECT_EQ(sizes.Expect("users", "/S/M", kMost), kMost);
  for (int i = 0; i < 15; ++i) sizes.Add("users", "/S/M", 100);
  EXPECT_EQ(sizes.Expect("users", "/S/M", kMost), kMost);
  sizes.Add("users", "/S/M", 100);
  EXPECT_LE(sizes.Expect("users", "/S/M", kMost), 112u);
  EXPECT_GE(sizes.Expect("users", "/S/M", kMost), 100u);
}

TEST(ReplySizesTest, EachMethodOfEachTargetIsExpectedForItself) {
  ReplySizes sizes;
  for (int i = 0; i < 16; ++i) sizes.Add("users", "/S/M", 100);
  EXPECT_EQ(sizes.Expect("users", "/S/N", kMost), kMost);
  EXPECT_EQ(sizes.Expect("posts", "/S/M", kMost), kMost);
}

TEST(ReplySizesTest, OneLargeReplyInAHundredIsExpectedOfEach) {
  ReplySizes sizes;
  for (int i = 0; i < 1600; ++i) sizes.Add("users", "/S/M", i % 50 == 0 ? 10'000 : 100);
  EXPECT_GE(sizes.Expect("users", "/S/M", kMost), 10'000u);
  EXPECT_EQ(sizes.Expect("users", "/S/M", 500), 500u);
}

TEST(ReplySizesTest, MethodsThatAreMadeUpAreNotAllRemembered) {
  ReplySizes sizes;
  for (int method = 0; method < 2000; ++method) {
    for (int i = 0; i < 16; ++i) sizes.Add("users", absl::StrCat("/S/", method), 100);
  }
  EXPECT_LT(sizes.Expect("users", "/S/0", kMost), kMost);
  EXPECT_EQ(sizes.Expect("users", "/S/1999", kMost), kMost);
}

}  // namespace
}  // namespace gather::engine
