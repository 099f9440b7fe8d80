#include "gather/sent_calls.h"

#include <gtest/gtest.h>

#include <string>

namespace gather::internal {
namespace {

v1::SubCall To(const std::string& target, const std::string& method) {
  v1::SubCall call;
  call.set_target(target);
  call.set_method(method);
  return call;
}

TEST(SentCallsTest, TellsEachCallsRoute) {
  SentCalls sent;
  sent.Add(To("users", "/Get"));
  sent.Add(To("users", "/Get"));
  sent.Add(To("users", "/List"));
  sent.Add(To("posts", "/List"));
  sent.Add(To("users", "/Get"));
  EXPECT_EQ(sent.size(), 5);
  EXPECT_EQ(sent.method(1), "/Get");
  EXPECT_EQ(sent.method(2), "/List");
  EXPECT_EQ(sent.target(2), "users");
  EXPECT_EQ(sent.target(3), "posts");
  EXPECT_EQ(sent.target(4), "users");
}

TEST(SentCallsTest, RemembersFallbacks) {
  v1::SubCall call = To("users", "/Get");
  call.mutable_fallback()->set_response("x");
  SentCalls sent;
  sent.Add(To("users", "/Get"));
  sent.Add(call);
  EXPECT_EQ(sent.fallback(0), nullptr);
  ASSERT_NE(sent.fallback(1), nullptr);
  EXPECT_EQ(sent.fallback(1)->response(), "x");
}

TEST(SentCallsTest, KnowsWhoseFailureDecides) {
  v1::SubCall optional = To("users", "/Get");
  optional.set_requirement(v1::REQUIREMENT_OPTIONAL);
  v1::SubCall required = To("users", "/Get");
  required.set_requirement(v1::REQUIREMENT_REQUIRED);
  SentCalls sent;
  sent.Add(To("users", "/Get"));
  sent.Add(optional);
  sent.Add(required);
  sent.set_mode(v1::MODE_FAIL_FAST);
  EXPECT_TRUE(sent.FailureDecides(0));
  EXPECT_FALSE(sent.FailureDecides(1));
  EXPECT_TRUE(sent.FailureDecides(2));
  sent.set_mode(v1::MODE_COLLECT);
  EXPECT_FALSE(sent.FailureDecides(0));
  EXPECT_FALSE(sent.FailureDecides(1));
  EXPECT_TRUE(sent.FailureDecides(2));
}

}  // namespace
}  // namespace gather::internal
