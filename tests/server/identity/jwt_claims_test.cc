#include "server/identity/jwt_claims.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace gather::server {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'000'000);

class JwtClaimsTest : public ::testing::Test {
 protected:
  JwtClaimsTest() {
    config_.set_issuer("https://idp.test");
    config_.set_audience("gather");
  }

  absl::StatusOr<std::string> Read(const std::string& claims) {
    return PrincipalOf(claims, config_, kNow);
  }
  // Good claims, and `more` after them.
  absl::StatusOr<std::string> ReadWith(const std::string& more) {
    return Read(absl::StrCat(R"({"iss": "https://idp.test", "aud": "gather", )", more, "}"));
  }
  static std::string ProblemOf(const absl::StatusOr<std::string>& principal) {
    return std::string(principal.status().message());
  }

  config::v1::Jwt config_;
};

TEST_F(JwtClaimsTest, NameThePrincipal) {
  const auto principal = ReadWith(R"("sub": "web", "exp": 1000100)");
  ASSERT_TRUE(principal.ok()) << principal.status();
  EXPECT_EQ(*principal, "web");
}

TEST_F(JwtClaimsTest, TheConfigurationSaysWhichClaimNames) {
  config_.set_principal_claim("client_id");
  EXPECT_EQ(*ReadWith(R"("sub": "x", "client_id": "web", "exp": 1000100)"), "web");
  EXPECT_EQ(ProblemOf(ReadWith(R"("sub": "x", "exp": 1000100)")),
            "no claim that names a principal");
}

TEST_F(JwtClaimsTest, ATokenEndsWithItsTime) {
  EXPECT_TRUE(ReadWith(R"("sub": "web", "exp": 999980)").ok()) << "within the clocks' skew";
  EXPECT_EQ(ProblemOf(ReadWith(R"("sub": "web", "exp": 999970)")), "expired");
  EXPECT_EQ(ProblemOf(ReadWith(R"("sub": "web")")), "no time of expiry");
  EXPECT_EQ(ProblemOf(ReadWith(R"("sub": "web", "exp": "1000100")")), "no time of expiry");
}

TEST_F(JwtClaimsTest, ATokenBeginsWithItsTime) {
  EXPECT_TRUE(ReadWith(R"("sub": "web", "exp": 1000100, "nbf": 1000030)").ok());
  EXPECT_EQ(ProblemOf(ReadWith(R"("sub": "web", "exp": 1000100, "nbf": 1000031)")),
            "not valid yet");
  EXPECT_EQ(ProblemOf(ReadWith(R"("sub": "web", "exp": 1000100, "nbf": null)")), "not valid yet");
}

TEST_F(JwtClaimsTest, IssuerAndAudienceMustBeOurs) {
  EXPECT_EQ(ProblemOf(Read(R"({"aud": "gather", "sub": "web", "exp": 1000100})")),
            "another issuer");
  EXPECT_EQ(ProblemOf(Read(R"({"iss": "https://idp.test.evil", "aud": "gather", "sub": "web"})")),
            "another issuer");
  EXPECT_EQ(ProblemOf(Read(R"({"iss": "https://idp.test", "aud": "mail", "sub": "web"})")),
            "another audience");
  EXPECT_EQ(ProblemOf(Read(R"({"iss": "https://idp.test", "aud": [], "sub": "web"})")),
            "another audience");
  EXPECT_EQ(*Read(R"({"iss": "https://idp.test", "aud": ["mail", "gather"], "sub": "web",
                      "exp": 1000100})"),
            "web");
}

TEST_F(JwtClaimsTest, ANameMustBePrintableAndNotEverybodys) {
  for (const std::string& name : std::vector<std::string>{"", "*", "a\\nb", " a", "a\\u0000b",
                                                          "caf\\u00e9", std::string(257, 'a')}) {
    EXPECT_EQ(ProblemOf(ReadWith(absl::StrCat(R"("exp": 1000100, "sub": ")", name, "\""))),
              name == "a\\u0000b" ? "its claims are no JSON object"
                                  : "the principal's name is not printable or too long")
        << name;
  }
  EXPECT_EQ(ProblemOf(ReadWith(R"("exp": 1000100, "sub": 7)")), "no claim that names a principal");
}

TEST_F(JwtClaimsTest, WhatIsNoObjectOrSaysAThingTwiceIsRefused) {
  for (const std::string claims : {"", "[]", "7", "{", R"({"iss": "a", "iss": "b"})"}) {
    EXPECT_EQ(ProblemOf(Read(claims)), "its claims are no JSON object") << claims;
  }
}

}  // namespace
}  // namespace gather::server
