#include "engine/limits/principal_accounts.h"

#include <chrono>
#include <cstdint>
#include <memory>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Time kStart{seconds(100)};
constexpr PrincipalLimits kTen{.sub_calls_per_second = 10, .max_open_groups = 1};

class PrincipalAccountsTest : public ::testing::Test {
 protected:
  bool Take(const char* name, std::uint64_t calls, const PrincipalLimits& limits,
            Time now = kStart) {
    const auto account = accounts_.Of(name, now);
    return !accounts_.TakeCalls(account.get(), calls, limits, now).has_value();
  }

  PrincipalAccounts accounts_;
};

TEST_F(PrincipalAccountsTest, EachPrincipalHasAnAccountOfItsOwn) {
  EXPECT_TRUE(Take("a", 10, kTen));
  EXPECT_FALSE(Take("a", 1, kTen));
  EXPECT_TRUE(Take("b", 10, kTen));
  EXPECT_TRUE(Take("a", 1, kTen, kStart + seconds(1)));
  EXPECT_EQ(accounts_.snapshot().refused_calls, 1u);
}

TEST_F(PrincipalAccountsTest, OneSecondsWorthIsSavedUpUnlessSaid) {
  EXPECT_TRUE(Take("a", 10, kTen));
  EXPECT_FALSE(Take("a", 11, kTen, kStart + milliseconds(500)));
  PrincipalLimits more = kTen;
  more.burst = 100;
  EXPECT_TRUE(Take("b", 90, more));
  EXPECT_TRUE(Take("b", 10, more));
}

TEST_F(PrincipalAccountsTest, LimitsThatChangeHoldFromTheNextCall) {
  EXPECT_TRUE(Take("a", 10, kTen));
  PrincipalLimits more = kTen;
  more.sub_calls_per_second = 1000;
  EXPECT_FALSE(Take("a", 10, more));
  EXPECT_TRUE(Take("a", 1000, more, kStart + seconds(1)));
}

TEST_F(PrincipalAccountsTest, WhoHasNoRateTakesWhatItLikes) {
  EXPECT_TRUE(Take("a", 1'000'000, {.max_open_groups = 1}));
  EXPECT_TRUE(Take("a", 1'000'000, {.max_open_groups = 1}));
}

TEST_F(PrincipalAccountsTest, OneGroupMoreThanMayBeOpenIsRefusedUntilOneCloses) {
  const auto account = accounts_.Of("a", kStart);
  auto group = accounts_.OpenGroup(account, kTen);
  EXPECT_NE(group, nullptr);
  EXPECT_EQ(accounts_.OpenGroup(account, kTen), nullptr);
  EXPECT_NE(accounts_.OpenGroup(accounts_.Of("b", kStart), kTen), nullptr);
  group.reset();
  EXPECT_NE(accounts_.OpenGroup(account, kTen), nullptr);
  EXPECT_EQ(accounts_.snapshot().refused_groups, 1u);
}

TEST_F(PrincipalAccountsTest, DryRunOnlyCounts) {
  PrincipalLimits dry = kTen;
  dry.dry_run = true;
  EXPECT_TRUE(Take("a", 10, dry));
  EXPECT_TRUE(Take("a", 10, dry));
  const auto account = accounts_.Of("a", kStart);
  const auto first = accounts_.OpenGroup(account, dry);
  const auto second = accounts_.OpenGroup(account, dry);
  EXPECT_NE(second, nullptr);
  EXPECT_EQ(accounts_.snapshot().would_refuse_calls, 1u);
  EXPECT_EQ(accounts_.snapshot().would_refuse_groups, 1u);
  EXPECT_EQ(accounts_.snapshot().refused_calls, 0u);
}

TEST_F(PrincipalAccountsTest, AccountsThatNobodyUsesAreForgotten) {
  const auto kept = accounts_.Of("kept", kStart);
  const auto group = accounts_.OpenGroup(kept, kTen);
  EXPECT_TRUE(Take("in debt", 100'000'000, kTen));
  for (int i = 0; i < 10'000; ++i) Take(absl::StrCat("n", i).c_str(), 1, kTen, kStart + seconds(i));
  EXPECT_LE(accounts_.snapshot().accounts, 1'100u);
  EXPECT_EQ(accounts_.OpenGroup(accounts_.Of("kept", kStart), kTen), nullptr);
  EXPECT_FALSE(Take("in debt", 1, kTen, kStart + seconds(10'000)));
}

}  // namespace
}  // namespace gather::engine
