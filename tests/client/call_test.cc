#include "gather/call.h"

#include <gtest/gtest.h>

#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gather/v1/gather.pb.h"
#include "tests/client/answers.h"

namespace gather {
namespace {

using ::gather::test::MakeText;
using ::gather::test::Text;

Call<Text> NameOf(const Text& request) { return Call<Text>("users", "/demo.Users/Name", request); }

v1::SubCall SubCallOf(const Call<Text>& call) { return call.description().ToSubCall(); }

TEST(CallTest, HoldsTargetMethodAndTheSerialisedRequest) {
  const v1::SubCall sub_call = SubCallOf(NameOf(MakeText("me")));
  EXPECT_EQ(sub_call.target(), "users");
  EXPECT_EQ(sub_call.method(), "/demo.Users/Name");
  EXPECT_EQ(sub_call.request(), MakeText("me").SerializeAsString());
}

TEST(CallTest, AnEmptyRequestIsPresent) { EXPECT_TRUE(SubCallOf(NameOf(Text())).has_request()); }

TEST(CallTest, SaysOnlyWhatWasSet) {
  const v1::SubCall sub_call = SubCallOf(NameOf(Text()));
  EXPECT_EQ(sub_call.id(), "");
  EXPECT_FALSE(sub_call.has_timeout());
  EXPECT_FALSE(sub_call.has_fallback());
  EXPECT_FALSE(sub_call.has_idempotent());
  EXPECT_EQ(sub_call.requirement(), v1::REQUIREMENT_UNSPECIFIED);
}

TEST(CallTest, SettersChainOnTemporariesAndVariables) {
  Call<Text> call = NameOf(Text()).Id("me").Timeout(absl::Milliseconds(1500)).Idempotent();
  call.Metadata("x-a", "1").Metadata("x-a", "2").Required();
  const v1::SubCall sub_call = SubCallOf(call);
  EXPECT_EQ(sub_call.id(), "me");
  EXPECT_EQ(sub_call.timeout().seconds(), 1);
  EXPECT_EQ(sub_call.timeout().nanos(), 500'000'000);
  EXPECT_TRUE(sub_call.idempotent());
  ASSERT_EQ(sub_call.metadata_size(), 2);
  EXPECT_EQ(sub_call.metadata(1).value(), "2");
  EXPECT_EQ(sub_call.requirement(), v1::REQUIREMENT_REQUIRED);
}

TEST(CallTest, ACopyIsIndependent) {
  const Call<Text> original = NameOf(Text());
  Call<Text> copy = original;
  copy.Id("copy");
  EXPECT_EQ(SubCallOf(original).id(), "");
}

TEST(CallTest, FallbackHoldsTheReplyAndItsCodes) {
  const v1::SubCall sub_call = SubCallOf(NameOf(Text()).Fallback(
      MakeText("nobody"), absl::StatusCode::kNotFound, absl::StatusCode::kUnavailable));
  EXPECT_EQ(sub_call.fallback().response(), MakeText("nobody").SerializeAsString());
  ASSERT_EQ(sub_call.fallback().codes_size(), 2);
  EXPECT_EQ(sub_call.fallback().codes(0), 5);
  EXPECT_EQ(sub_call.fallback().codes(1), 14);
}

TEST(CallTest, OptionalChangesTheReplysType) {
  const Call<Text> call = NameOf(Text()).Id("me");
  const auto optional = call.Optional();
  static_assert(std::is_same_v<decltype(optional), const Call<std::optional<Text>>>);
  EXPECT_EQ(optional.description().rest().requirement(), v1::REQUIREMENT_OPTIONAL);
  EXPECT_EQ(optional.description().rest().id(), "me");
  EXPECT_EQ(SubCallOf(call).requirement(), v1::REQUIREMENT_UNSPECIFIED);
}

TEST(CallTest, ShieldedIsSaid) {
  EXPECT_TRUE(SubCallOf(NameOf(Text()).Shielded()).shielded());
  EXPECT_FALSE(SubCallOf(NameOf(Text()).Shielded().Shielded(false)).shielded());
  EXPECT_FALSE(SubCallOf(NameOf(Text())).has_shielded());
}

TEST(CallTest, AVectorOfRepliesMakesAServerStreamingCall) {
  const Call<std::vector<Text>> call("users", "/demo.Users/List", Text());
  EXPECT_TRUE(call.description().rest().server_streaming());
  const auto optional = call.Optional();
  static_assert(std::is_same_v<decltype(optional), const Call<std::optional<std::vector<Text>>>>);
  EXPECT_TRUE(optional.description().rest().server_streaming());
  EXPECT_FALSE(SubCallOf(NameOf(Text())).has_server_streaming());
  static_assert(std::is_same_v<decltype(optional.Optional()), decltype(call.Optional())>);
}

TEST(CallTest, ATimeoutUnderANanosecondIsRoundedUp) {
  EXPECT_EQ(SubCallOf(NameOf(Text()).Timeout(absl::Nanoseconds(1) / 4)).timeout().nanos(), 1);
}

TEST(CallTest, KeepsTheFirstProblem) {
  EXPECT_TRUE(NameOf(Text()).description().problem().ok());
  const Call<Text> zero = NameOf(Text()).Timeout(absl::ZeroDuration());
  EXPECT_TRUE(absl::IsInvalidArgument(zero.description().problem()));
  EXPECT_FALSE(NameOf(Text()).Timeout(absl::InfiniteDuration()).description().problem().ok());
  EXPECT_FALSE(NameOf(Text()).Timeout(-absl::Seconds(1)).description().problem().ok());
  EXPECT_FALSE(NameOf(Text()).Fallback(Text(), absl::StatusCode::kOk).description().problem().ok());
}

}  // namespace
}  // namespace gather
