// That what is generated compiles, whatever the names, and makes the calls that it says.

#include <gtest/gtest.h>

#include <optional>
#include <type_traits>
#include <vector>

#include "absl/status/status.h"
#include "gather/gather.h"
#include "gather/testing/scripted_client.h"
#include "gather/v1/gather.pb.h"
#include "tests/codegen/golden/bare.gather.pb.h"
#include "tests/codegen/golden/money.gather.pb.h"
#include "tests/codegen/golden/shop.gather.pb.h"

namespace {

namespace calls = ::shop::v1::calls;
using ::shop::v1::Offer;
using ::shop::v1::Thing;

Thing MakeThing(const char* name) {
  Thing thing;
  thing.set_name(name);
  return thing;
}

template <typename Reply>
gather::v1::SubCall SubCallOf(const gather::Call<Reply>& call) {
  return call.description().ToSubCall();
}

template <typename Reply, typename Call>
constexpr bool Replies(const Call&) {
  return std::is_same_v<Call, gather::Call<Reply>>;
}

TEST(GeneratedCallsTest, NameTargetMethodAndRequest) {
  const auto call = calls::Shop::Describe("store", MakeThing("cup"));
  EXPECT_TRUE((Replies<Thing::Description>(call)));
  EXPECT_EQ(SubCallOf(call).target(), "store");
  EXPECT_EQ(SubCallOf(call).method(), "/shop.v1.Shop/Describe");
  EXPECT_EQ(SubCallOf(call).request(), MakeThing("cup").SerializeAsString());
  EXPECT_FALSE(SubCallOf(call).server_streaming());
}

TEST(GeneratedCallsTest, SayWhatMayBeRepeated) {
  EXPECT_TRUE(SubCallOf(calls::Shop::Describe("store", Thing())).idempotent());
  EXPECT_TRUE(SubCallOf(calls::Shop::Watch("store", {})).idempotent());
  EXPECT_FALSE(SubCallOf(calls::Shop::ListOffers("store", Thing())).has_idempotent());
}

TEST(GeneratedCallsTest, CollectStreamedReplies) {
  const auto call = calls::Shop::ListOffers("store", Thing());
  EXPECT_TRUE((Replies<std::vector<Offer>>(call)));
  EXPECT_TRUE(SubCallOf(call).server_streaming());
}

TEST(GeneratedCallsTest, MayHaveNamesOfTheirServiceOrOfCpp) {
  EXPECT_EQ(SubCallOf(calls::Shop::Shop("store", Thing())).method(), "/shop.v1.Shop/Shop");
  EXPECT_EQ(SubCallOf(calls::Shop::delete_("store", Thing())).method(), "/shop.v1.Shop/delete");
}

TEST(GeneratedCallsTest, NeedNoPackageAndNoFullRuntime) {
  const auto call = ::calls::Bell::Ring("door", Sound());
  EXPECT_TRUE((Replies<Sound>(call)));
  EXPECT_EQ(SubCallOf(call).method(), "/Bell/Ring");
}

TEST(GeneratedCallsTest, AreGatheredAsOthers) {
  Thing::Description description;
  description.set_text("blue");
  Offer offer;
  *offer.mutable_thing() = MakeThing("cup");
  gather::testing::ScriptedClient script;
  script.On("store", "/shop.v1.Shop/Describe").Reply(description);
  script.On("store", "/shop.v1.Shop/ListOffers").Reply(std::vector<Offer>{offer, offer});
  script.On("attic", "/shop.v1.Shop/Shop").Fail(absl::NotFoundError("nothing"));

  auto page =
      gather::Gather(script.client(), calls::Shop::Describe("store", MakeThing("cup")).Id("what"),
                     calls::Shop::ListOffers("store", MakeThing("cup")),
                     calls::Shop::Shop("attic", MakeThing("cup")).Optional());
  ASSERT_TRUE(page.ok()) << page.status();
  const auto& [told, offers, found] = *page;
  EXPECT_EQ(told.text(), "blue");
  ASSERT_EQ(offers.size(), 2);
  EXPECT_EQ(offers[1].thing().name(), "cup");
  EXPECT_EQ(found, std::nullopt);
}

}  // namespace
