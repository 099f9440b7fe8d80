#include "server/call_tally.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace gather::server {
namespace {

TEST(CallTallyTest, CountsWhatBecameOfEachTargetsMethods) {
  CallTally calls;
  calls.Add("users", "/S/M", v1::DISPOSITION_SUCCEEDED);
  calls.Add("posts", "/S/M", v1::DISPOSITION_FAILED);
  calls.Add("users", "/S/M", v1::DISPOSITION_FAILED);
  calls.Add("users", "/S/M", v1::DISPOSITION_SUCCEEDED);
  EXPECT_EQ(calls.Lines(),
            std::vector<std::string>({"posts /S/M FAILED=1", "users /S/M SUCCEEDED=2 FAILED=1"}));
  EXPECT_EQ(calls.left_out(), 0u);
}

TEST(CallTallyTest, DoesNotGrowWithTheGather) {
  CallTally calls;
  for (int i = 0; i < 1'000; ++i) {
    calls.Add("users", absl::StrCat("/S/M", i), v1::DISPOSITION_SUCCEEDED);
  }
  calls.Add("users", "/S/M0", v1::DISPOSITION_SUCCEEDED);
  EXPECT_EQ(calls.Lines().size(), CallTally::kMaxPairs);
  EXPECT_EQ(calls.Lines()[0], "users /S/M0 SUCCEEDED=2");
  EXPECT_EQ(calls.left_out(), 900u);
}

}  // namespace
}  // namespace gather::server
