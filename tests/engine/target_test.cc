#include "engine/target.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

TEST(TargetTableTest, FindsWhatItWasMadeOfInOrder) {
  const auto table = TargetTable::Create({{"users", "127.0.0.1:1"}, {"posts", "dns:///posts:443"}});
  ASSERT_TRUE(table.ok()) << table.status();
  const Target* posts = table->Find("posts");
  ASSERT_NE(posts, nullptr);
  EXPECT_EQ(posts->name, "posts");
  EXPECT_EQ(posts->channel.address, "dns:///posts:443");
  EXPECT_EQ(posts->index, 1u);
  ASSERT_EQ(table->all().size(), 2u);
  EXPECT_EQ(table->all()[1].get(), posts);
  EXPECT_EQ(table->Find("Users"), nullptr);
  EXPECT_EQ(table->Find(""), nullptr);
}

TEST(TargetTableTest, KeepsItsTargetsWhenMoved) {
  auto made = TargetTable::Create({{"users", "127.0.0.1:1"}});
  ASSERT_TRUE(made.ok());
  const Target* users = made->Find("users");
  const TargetTable moved = *std::move(made);
  EXPECT_EQ(moved.Find("users"), users);
}

TEST(TargetTableTest, NamesThePairThatIsWrong) {
  const auto duplicate = TargetTable::Create({{"a", "x:1"}, {"a", "y:1"}});
  EXPECT_EQ(duplicate.status(),
            absl::InvalidArgumentError("target 1 \"a\": the name is already taken"));
  const auto bad_name = TargetTable::Create({{"a b\n", "x:1"}});
  EXPECT_EQ(bad_name.status(),
            absl::InvalidArgumentError(
                "target 0 \"a b\\n\": a name must match [A-Za-z0-9][A-Za-z0-9._-]{0,62}"));
  const auto no_address = TargetTable::Create({{"a", ""}});
  EXPECT_EQ(no_address.status(),
            absl::InvalidArgumentError("target 0 \"a\": the address is empty"));
}

TEST(IsTargetNameTest, TellsNamesFromAddresses) {
  const std::vector<std::string> names = {"a", "9", "users", "Users-v2.eu_west",
                                          std::string(63, 'a')};
  for (const std::string& name : names) EXPECT_TRUE(IsTargetName(name)) << name;
  const std::vector<std::string> others = {"",         std::string(64, 'a'),
                                           "-a",       ".a",
                                           "_a",       "host:1",
                                           "dns:///x", "unix:/x",
                                           "a b",      "a\n",
                                           "\xc3\xa9", std::string("a\0b", 3)};
  for (const std::string& name : others) EXPECT_FALSE(IsTargetName(name)) << name;
}

}  // namespace
}  // namespace gather::engine
