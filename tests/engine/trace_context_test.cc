#include "engine/trace_context.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"

namespace gather::engine {
namespace {

constexpr char kTraceId[] = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr char kParent[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

std::string StateOf(const std::vector<absl::string_view>& states) {
  const auto context = ReadTraceContext({kParent}, states);
  return context ? context->state : "no context";
}

TEST(TraceContextTest, TakesInWhatTheCallerSays) {
  const auto context = ReadTraceContext({kParent}, {"vendor=t61rcWkgMzE"});
  ASSERT_TRUE(context);
  EXPECT_EQ(context->trace_id, kTraceId);
  EXPECT_EQ(context->span, 0x00f067aa0ba902b7u);
  EXPECT_TRUE(context->sampled);
  EXPECT_EQ(context->state, "vendor=t61rcWkgMzE");
}

TEST(TraceContextTest, IsHandedOnInTheSameTraceUnderAnotherSpan) {
  const auto context = ReadTraceContext({kParent}, {});
  EXPECT_EQ(TraceParent(*context, 0xabc), absl::StrCat("00-", kTraceId, "-0000000000000abc-01"));
}

TEST(TraceContextTest, OnlyTheSampledFlagIsHandedOn) {
  const auto odd = ReadTraceContext({absl::StrCat("00-", kTraceId, "-00f067aa0ba902b7-fe")}, {});
  ASSERT_TRUE(odd);
  EXPECT_EQ(TraceParent(*odd, 1), absl::StrCat("00-", kTraceId, "-0000000000000001-00"));
}

TEST(TraceContextTest, ALaterVersionIsReadAsFarAsItIsKnown) {
  EXPECT_TRUE(ReadTraceContext({absl::StrCat("cc", std::string(kParent).substr(2))}, {}));
  EXPECT_TRUE(ReadTraceContext({absl::StrCat("cc", std::string(kParent).substr(2), "-what")}, {}));
  EXPECT_FALSE(ReadTraceContext({absl::StrCat("cc", std::string(kParent).substr(2), ".what")}, {}));
}

TEST(TraceContextTest, WhatIsNotValidIsIgnored) {
  const std::string id = kTraceId;
  for (const std::string& parent :
       {std::string(), std::string("00"), absl::StrCat("ff-", id, "-00f067aa0ba902b7-01"),
        absl::StrCat("00-", std::string(32, '0'), "-00f067aa0ba902b7-01"),
        absl::StrCat("00-", id, "-0000000000000000-01"),
        absl::StrCat("00-", id, "-00F067AA0BA902B7-01"),
        absl::StrCat("00-", id, "-00f067aa0ba902b7"), absl::StrCat(kParent, "-x"),
        absl::StrCat("0g-", id, "-00f067aa0ba902b7-01"),
        absl::StrCat("00-", id, "-00f067aa0ba902bz-01"),
        absl::StrCat("00-", id, "-00f067aa0ba902b7-0x"),
        absl::StrCat("00_", id, "-00f067aa0ba902b7-01")}) {
    EXPECT_FALSE(ReadTraceContext({parent}, {"a=b"})) << parent;
  }
  EXPECT_FALSE(ReadTraceContext({}, {"a=b"}));
  EXPECT_FALSE(ReadTraceContext({kParent, kParent}, {}));
}

TEST(TraceContextTest, SeveralStatesAreOneList) {
  EXPECT_EQ(StateOf({"a=1, b=2", "", "c@x=3"}), "a=1,b=2,c@x=3");
}

TEST(TraceContextTest, AMalformedStateIsDroppedAndTheTraceGoesOn) {
  for (const absl::string_view state : {"a", "=1", "a=", "A=1", "a=1,b", "a=b=c", "a=\x7f"}) {
    EXPECT_EQ(StateOf({state}), "") << state;
  }
}

TEST(TraceContextTest, ALongStateLosesItsLastMembers) {
  std::string members;
  for (int i = 0; i < 40; ++i) absl::StrAppend(&members, i > 0 ? "," : "", "k", i, "=v");
  const std::vector<std::string> kept = absl::StrSplit(StateOf({members}), ',');
  ASSERT_EQ(kept.size(), 32u);
  EXPECT_EQ(kept.front(), "k0=v");
  EXPECT_EQ(kept.back(), "k31=v");
  const std::string wide = absl::StrCat("a=", std::string(256, 'x'));
  EXPECT_EQ(StateOf({wide, absl::StrCat("b=", std::string(256, 'y'))}), wide);
}

TEST(TraceContextTest, ChildrenHaveIdsOfTheirOwn) {
  std::set<std::uint64_t> ids;
  for (const std::uint64_t parent : {NewSpanId(), NewSpanId()}) {
    ids.insert(parent);
    for (std::uint64_t n = 0; n < 1000; ++n) ids.insert(ChildSpanId(parent, n));
  }
  EXPECT_EQ(ids.size(), 2002u);
  EXPECT_EQ(ids.count(0), 0u);
  EXPECT_EQ(ChildSpanId(7, 3), ChildSpanId(7, 3));
  EXPECT_EQ(SpanIdText(0xab), "00000000000000ab");
}

}  // namespace
}  // namespace gather::engine
