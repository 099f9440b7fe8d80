#include "engine/hop_path.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

// semantics 80
TEST(HopPathTest, ARequestThatCameAlongThreeOthersIsTaken) {
  EXPECT_FALSE(CheckHopPath(""));
  EXPECT_FALSE(CheckHopPath("aa"));
  EXPECT_FALSE(CheckHopPath("aa,bb,cc"));
}

// semantics 80
TEST(HopPathTest, MoreThanThreeHopsAreRefused) {
  const auto refusal = CheckHopPath("aa,bb,cc,dd");
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->code, 9);
  EXPECT_EQ(refusal->reason, "LOOP");
  EXPECT_EQ(refusal->message,
            "gather-path: the request has passed through more than 3 gather services");
  EXPECT_EQ(refusal->metadata.at("limit"), "3");
  EXPECT_EQ(CheckHopPath(std::string(8000, ','))->reason, "LOOP");
}

// semantics 80
TEST(HopPathTest, TheOwnIdIsRefused) {
  const auto refusal = CheckHopPath(absl::StrCat("aa,", InstanceId()));
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->code, 9);
  EXPECT_EQ(refusal->reason, "LOOP");
  EXPECT_EQ(refusal->message,
            "gather-path: the request has come back to a gather service that it has passed "
            "through");
}

TEST(HopPathTest, WhatIsNoPathIsRefused) {
  for (const std::string& path :
       std::vector<std::string>{",", "aa,", "aa bb", "aa,\"", std::string(65, 'a')}) {
    const auto refusal = CheckHopPath(path);
    ASSERT_TRUE(refusal) << path;
    EXPECT_EQ(refusal->code, 3);
    EXPECT_EQ(refusal->reason, "BAD_METADATA");
  }
}

TEST(HopPathTest, TheNextHopHasTheOwnIdAtItsEnd) {
  EXPECT_EQ(InstanceId().size(), 16u);
  EXPECT_EQ(NextHopPath(""), InstanceId());
  EXPECT_EQ(NextHopPath("aa,bb"), absl::StrCat("aa,bb,", InstanceId()));
}

TEST(HopPathTest, OnlyMethodsOfTheServiceAreGathers) {
  EXPECT_TRUE(IsGatherMethod("/gather.v1.GatherService/TaskGroup"));
  EXPECT_FALSE(IsGatherMethod("/gather.v1.GatherServiceX/Gather"));
  EXPECT_FALSE(IsGatherMethod("/demo.Users/Get"));
}

}  // namespace
}  // namespace gather::engine
