#include "server/identity/jwt_verifier.h"

#include <string>

#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "tests/support/certificates.h"
#include "tests/support/jwt_issuer.h"

namespace gather::server {
namespace {

using test::JwtIssuer;
using test::ReplaceFile;

class JwtVerifierTest : public ::testing::Test {
 protected:
  config::v1::Jwt Config() {
    config::v1::Jwt config;
    config.set_jwks_file(file_);
    config.set_issuer("https://idp.test");
    config.set_audience("gather");
    return config;
  }
  std::string TokenOf(const JwtIssuer& issuer) {
    return issuer.Sign(JwtIssuer::Claims("web", now_ + absl::Hours(1)));
  }

  const std::string file_ = test::TemporaryPath("keys.json");
  absl::Time now_ = absl::Now();
};

TEST_F(JwtVerifierTest, ChangedKeysAreReadAgainAndUnusableOnesChangeNothing) {
  const JwtIssuer first("first");
  const JwtIssuer second("second");
  ReplaceFile(file_, first.KeySet());
  JwtVerifier verifier(Config());
  EXPECT_EQ(*verifier.Verify(TokenOf(first), now_), "web");
  EXPECT_FALSE(verifier.Verify(TokenOf(second), now_).ok());

  ReplaceFile(file_, "{}");
  now_ += absl::Seconds(2);
  EXPECT_TRUE(verifier.Verify(TokenOf(first), now_).ok());

  ReplaceFile(file_, second.KeySet());
  now_ += absl::Seconds(2);
  EXPECT_FALSE(verifier.Verify(TokenOf(first), now_).ok());
  EXPECT_TRUE(verifier.Verify(TokenOf(second), now_).ok());
}

TEST_F(JwtVerifierTest, WithoutKeysNobodyIsRecognised) {
  const JwtIssuer issuer("first");
  JwtVerifier verifier(Config());
  EXPECT_FALSE(verifier.Verify(TokenOf(issuer), now_).ok());
}

TEST_F(JwtVerifierTest, AnExpiredTokenIsRefused) {
  const JwtIssuer issuer("first");
  ReplaceFile(file_, issuer.KeySet());
  JwtVerifier verifier(Config());
  const std::string token = TokenOf(issuer);
  EXPECT_TRUE(verifier.Verify(token, now_).ok());
  EXPECT_EQ(verifier.Verify(token, now_ + absl::Hours(2)).status().message(), "expired");
}

}  // namespace
}  // namespace gather::server
