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

}  // namespace
}  // namespace gather::internal
