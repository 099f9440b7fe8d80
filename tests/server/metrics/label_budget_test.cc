#include "server/metrics/label_budget.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace gather::server {
namespace {

TEST(LabelBudgetTest, TheFirstMethodsOfEachTargetHaveLabels) {
  LabelBudget labels;
  for (std::size_t i = 0; i < LabelBudget::kMaxMethods; ++i) {
    EXPECT_TRUE(labels.Admit("users", absl::StrCat("/S/M", i)));
  }
  EXPECT_FALSE(labels.Admit("users", "/S/OneMore"));
  EXPECT_TRUE(labels.Admit("users", "/S/M0")) << "who has a label keeps it";
  EXPECT_TRUE(labels.Admit("posts", "/S/OneMore"));
}

}  // namespace
}  // namespace gather::server
