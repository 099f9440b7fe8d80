#include "server/identity/jwt_keys.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "tests/support/jwt_issuer.h"

namespace gather::server {
namespace {

using test::JwtIssuer;

constexpr char kClaims[] = R"({"sub": "web"})";
constexpr char kNotSigned[] = "not signed by any of the keys";
constexpr char kAlgorithm[] = "an algorithm that is not accepted";

// Keys take a while to make.
const JwtIssuer& Issuer() {
  static const JwtIssuer& issuer = *new JwtIssuer("idp");
  return issuer;
}

JwtKeys Keys() { return *JwtKeys::Parse(Issuer().KeySet()); }

std::string ProblemOf(const std::string& token) {
  return std::string(Keys().Verify(token).status().message());
}

TEST(JwtKeysTest, GiveThePayloadOfATokenThatTheySigned) {
  const auto payload = Keys().Verify(Issuer().Sign(kClaims));
  ASSERT_TRUE(payload.ok()) << payload.status();
  EXPECT_EQ(*payload, kClaims);
}

TEST(JwtKeysTest, ATokenNeedNotNameItsKey) {
  EXPECT_TRUE(Keys().Verify(Issuer().Sign(R"({"alg": "RS256"})", kClaims)).ok());
}

TEST(JwtKeysTest, ATokenOfAnotherKeyIsRefused) {
  const JwtIssuer other("other");
  EXPECT_EQ(ProblemOf(other.Sign(kClaims)), kNotSigned);
  EXPECT_EQ(ProblemOf(other.Sign(R"({"alg": "RS256", "kid": "idp"})", kClaims)), kNotSigned);
}

TEST(JwtKeysTest, AKeyThatTheTokenBringsIsNotLookedAt) {
  const JwtIssuer other("other");
  const std::string set = other.KeySet();
  const std::string key = set.substr(set.find('[') + 1, set.find(']') - set.find('[') - 1);
  EXPECT_EQ(ProblemOf(other.Sign(absl::StrCat(R"({"alg": "RS256", "jwk": )", key, "}"), kClaims)),
            kNotSigned);
  EXPECT_EQ(ProblemOf(other.Sign(R"({"alg": "RS256", "jku": "http://127.0.0.1:1/keys"})", kClaims)),
            kNotSigned);
}

TEST(JwtKeysTest, AnUnsignedTokenIsRefused) {
  EXPECT_FALSE(Keys().Verify(JwtIssuer::Unsigned(kClaims)).ok());
  EXPECT_FALSE(Keys().Verify(Issuer().Sign(R"({"alg": "none"})", kClaims)).ok());
}

TEST(JwtKeysTest, APublicKeyIsNoSharedSecret) {
  EXPECT_EQ(ProblemOf(JwtIssuer::SignWithSecret(kClaims, Issuer().public_key())), kAlgorithm);
}

TEST(JwtKeysTest, AChangedTokenIsRefused) {
  std::string token = Issuer().Sign(kClaims);
  const std::size_t payload = token.find('.') + 1;
  token[payload + 3] = token[payload + 3] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(Keys().Verify(token).ok());
  EXPECT_EQ(ProblemOf(Issuer().Sign(kClaims) + "AAAA"), kNotSigned);
}

TEST(JwtKeysTest, ACriticalHeaderIsRefused) {
  EXPECT_FALSE(
      Keys().Verify(Issuer().Sign(R"({"alg": "RS256", "crit": ["exp"], "exp": 1})", kClaims)).ok());
}

// Whoever it is from: it would be inflated before its signature is looked at.
TEST(JwtKeysTest, ACompressedTokenIsRefused) {
  for (const std::string zip : {R"("DEF")", R"("def")", "1", "null"}) {
    EXPECT_EQ(
        ProblemOf(Issuer().Sign(absl::StrCat(R"({"alg": "RS256", "zip": )", zip, "}"), kClaims)),
        "a compressed token");
  }
  EXPECT_EQ(ProblemOf(Issuer().Sign(R"({"alg": "RS256", "z\u0069p": "DEF"})", kClaims)),
            "a compressed token");
}

TEST(JwtKeysTest, WhatIsNoTokenIsRefused) {
  for (const std::string token : {"", ".", "..", "a.b.c", "opensesame", "a.b.c.d.e", "{}"}) {
    EXPECT_EQ(ProblemOf(token), "not a signed JWT") << token;
  }
}

TEST(JwtKeysTest, AKeyOfAnotherAlgorithmIsNotUsed) {
  const std::string set =
      absl::StrReplaceAll(Issuer().KeySet(), {{R"("kty")", R"("alg": "RS512", "kty")"}});
  EXPECT_EQ(JwtKeys::Parse(set)->Verify(Issuer().Sign(kClaims)).status().message(), kNotSigned);
}

TEST(JwtKeysTest, OnlyPublicKeysOfSomeStrengthMakeASet) {
  const std::string secret =
      R"({"keys": [{"kty": "oct", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMko"}]})";
  for (const std::string& set :
       {std::string(), std::string("{}"), std::string(R"({"keys": []})"), secret,
        JwtIssuer("weak", 1024).KeySet(),
        absl::StrReplaceAll(Issuer().KeySet(), {{R"("kty")", R"("use": "enc", "kty")"}})}) {
    EXPECT_TRUE(absl::IsInvalidArgument(JwtKeys::Parse(set).status())) << set;
  }
}

}  // namespace
}  // namespace gather::server
