#include "cli/explanation.h"

#include <cstdint>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gather/v1/gather.pb.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace gather::cli {
namespace {

std::string ExplanationOf(const std::string& text) {
  v1::Outcome outcome;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &outcome));
  return Explain(outcome, [](std::uint32_t index) { return absl::StrCat("call ", index); });
}

TEST(ExplanationTest, ASuccessNeedsNone) {
  EXPECT_EQ(ExplanationOf("disposition: DISPOSITION_SUCCEEDED"), "");
}

TEST(ExplanationTest, AFallbackTellsWhatItReplaces) {
  EXPECT_EQ(ExplanationOf(R"(disposition: DISPOSITION_SUCCEEDED from_fallback: true
                             status { code: 5 message: "no user" })"),
            "fallback, for NOT_FOUND: no user");
}

TEST(ExplanationTest, ABackendsFailureIsItsStatus) {
  EXPECT_EQ(ExplanationOf(R"(disposition: DISPOSITION_FAILED origin: ORIGIN_BACKEND
                             delivery: DELIVERY_ANSWERED status { code: 5 message: "no user" })"),
            "NOT_FOUND: no user");
}

TEST(ExplanationTest, WhereNobodyAnsweredItTellsWhetherTheCallWasSeen) {
  const std::string failed =
      R"(disposition: DISPOSITION_FAILED origin: ORIGIN_TRANSPORT
         status { code: 14 message: "reset" } delivery: )";
  EXPECT_EQ(ExplanationOf(failed + "DELIVERY_NEVER_SENT"),
            "UNAVAILABLE: reset (the backend has not seen it)");
  EXPECT_EQ(ExplanationOf(failed + "DELIVERY_EFFECT_UNKNOWN"),
            "UNAVAILABLE: reset (the backend may have seen it)");
}

TEST(ExplanationTest, ItsOwnDeadlineIsNotTheGathers) {
  EXPECT_EQ(ExplanationOf("disposition: DISPOSITION_FAILED cause: CAUSE_SUB_CALL_DEADLINE"),
            "DEADLINE_EXCEEDED: its own deadline passed; the backend may have seen it");
  EXPECT_EQ(ExplanationOf("disposition: DISPOSITION_CANCELLED cause: CAUSE_GATHER_DEADLINE"),
            "cancelled: the gather's deadline passed");
}

TEST(ExplanationTest, WhatWasStoppedNamesWhoseSakeItWas) {
  EXPECT_EQ(ExplanationOf("disposition: DISPOSITION_CANCELLED cause: CAUSE_SIBLING_FAILED "
                          "caused_by: 3"),
            "cancelled: call 3 failed");
  EXPECT_EQ(ExplanationOf("disposition: DISPOSITION_NOT_STARTED cause: CAUSE_DECIDED caused_by: 0"),
            "never sent: call 0 decided the gather");
  EXPECT_EQ(ExplanationOf("disposition: DISPOSITION_CANCELLED cause: CAUSE_CALLER"),
            "cancelled by the caller");
}

TEST(ExplanationTest, EveryCauseHasWordsOfItsOwn) {
  std::set<std::string> seen;
  for (int cause = 1; cause <= v1::Cause_MAX; ++cause) {
    v1::Outcome outcome;
    outcome.set_disposition(v1::DISPOSITION_NOT_STARTED);
    outcome.set_cause(static_cast<v1::Cause>(cause));
    const std::string words = Explain(outcome, [](std::uint32_t) { return "call 7"; });
    EXPECT_GT(words.size(), std::string("never sent: ").size()) << cause;
    EXPECT_TRUE(seen.insert(words).second) << words;
  }
}

TEST(ExplanationTest, CodesWithoutANameAreNumbers) {
  EXPECT_EQ(CodeName(5), "NOT_FOUND");
  EXPECT_EQ(CodeName(99), "CODE_99");
}

}  // namespace
}  // namespace gather::cli
