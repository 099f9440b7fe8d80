#include "server/identity/authenticator.h"

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/support/certificates.h"
#include "tests/support/jwt_issuer.h"

namespace gather::server {
namespace {

// printf %s opensesame | sha256sum
constexpr char kToken[] =
    "tokens { principal: 'ali' sha256: "
    "'d9fb92e3bbe65be1f1aad4a82eef4567f7a1ebe2cd110c8049b9698be7a70c88' }";
constexpr char kRules[] = "allow { principals: 'spiffe://test/web' principals: '*' targets: '*' } ";

ShownIdentity Certificate(const std::vector<std::string>& names) {
  return {.certificate = true, .names = names, .authorization = {}};
}

ShownIdentity Bearer(const std::string& token) {
  return {.certificate = false, .names = {}, .authorization = {absl::StrCat("Bearer ", token)}};
}

class AuthenticatorTest : public ::testing::Test {
 protected:
  void Configure(const std::string& authentication, const std::string& more = "") {
    config::v1::ServerConfig config;
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
        absl::StrCat(kRules, more, " authentication {", authentication, "}"), &config));
    authenticator_.emplace(config);
  }

  // The name of the principal; or "?" and why there is none.
  std::string Identify(const ShownIdentity& shown) {
    const auto identified = authenticator_->Identify(shown, absl::Now());
    if (const auto* stranger = std::get_if<Authenticator::Stranger>(&identified)) {
      stranger_ = *stranger;
      return absl::StrCat("? ", stranger->problem);
    }
    principal_ = std::get<Authenticator::PrincipalPtr>(identified);
    return principal_->name;
  }

  std::optional<Authenticator> authenticator_;
  Authenticator::PrincipalPtr principal_;
  Authenticator::Stranger stranger_;
};

TEST_F(AuthenticatorTest, WithoutAuthenticationEverybodyIsAnonymous) {
  const Authenticator authenticator{config::v1::ServerConfig()};
  EXPECT_FALSE(authenticator.asks());
  EXPECT_EQ(authenticator.Everybody()->name, "anonymous");
}

TEST_F(AuthenticatorTest, ACertificatesFirstKnownNameIsThePrincipal) {
  Configure("client_certificate: true", "principals { name: 'batch.test' }");
  EXPECT_EQ(Identify(Certificate({"spiffe://test/web"})), "spiffe://test/web");
  EXPECT_EQ(Identify(Certificate({"spiffe://test/x", "batch.test", "spiffe://test/web"})),
            "batch.test");
}

TEST_F(AuthenticatorTest, ACertificateOfNobodyIsRefusedAndItsNamesAreKept) {
  Configure("client_certificate: true anonymous_principal: 'guest'");
  EXPECT_EQ(Identify(Certificate({"spiffe://test/x", "x.test"})),
            "? a certificate of nobody that is known");
  EXPECT_EQ(stranger_.names, "spiffe://test/x x.test");
  EXPECT_EQ(Identify(Certificate({})), "? a certificate of nobody that is known");
  EXPECT_EQ(Identify(Certificate({"*"})), "? a certificate of nobody that is known");
}

TEST_F(AuthenticatorTest, OnlyWhereItIsConfiguredIsNobodyAnonymous) {
  Configure("client_certificate: true");
  EXPECT_EQ(Identify({}), "? it showed nothing");
  Configure("client_certificate: true anonymous_principal: 'guest'");
  EXPECT_EQ(Identify({}), "guest");
}

TEST_F(AuthenticatorTest, ACertificateCountsOnlyWhereItIsConfigured) {
  Configure("anonymous_principal: 'guest'");
  EXPECT_EQ(Identify(Certificate({"spiffe://test/web"})), "guest");
}

TEST_F(AuthenticatorTest, ATokenNamesItsPrincipal) {
  Configure(kToken);
  EXPECT_EQ(Identify(Bearer("opensesame")), "ali");
  EXPECT_EQ(Identify({.certificate = false, .names = {}, .authorization = {"bearer  opensesame"}}),
            "ali");
}

TEST_F(AuthenticatorTest, AWrongTokenIsRefusedWhateverElseIsShown) {
  Configure(absl::StrCat(kToken, "client_certificate: true anonymous_principal: 'guest'"));
  ShownIdentity shown = Certificate({"spiffe://test/web"});
  shown.authorization = {"Bearer sesame"};
  EXPECT_EQ(Identify(shown), "? a token that is not known");
  EXPECT_EQ(stranger_.token_digits.size(), 8u);
  EXPECT_EQ(stranger_.names, "spiffe://test/web");
  shown.authorization = {"Basic b3Blbg=="};
  EXPECT_EQ(Identify(shown), "? an authorization that is no bearer token");
  shown.authorization = {"Bearer "};
  EXPECT_EQ(Identify(shown), "? an authorization that is no bearer token");
  shown.authorization = {"Bearer opensesame", "Bearer opensesame"};
  EXPECT_EQ(Identify(shown), "? several tokens");
}

TEST_F(AuthenticatorTest, ATokenComesBeforeTheCertificate) {
  Configure(absl::StrCat(kToken, "client_certificate: true"));
  ShownIdentity shown = Certificate({"spiffe://test/web"});
  shown.authorization = {"Bearer opensesame"};
  EXPECT_EQ(Identify(shown), "ali");
  shown.authorization = {};
  EXPECT_EQ(Identify(shown), "spiffe://test/web");
}

TEST_F(AuthenticatorTest, WhereNoTokensAreTakenTheHeaderIsNotLookedAt) {
  Configure("client_certificate: true");
  ShownIdentity shown = Certificate({"spiffe://test/web"});
  shown.authorization = {"Bearer anything"};
  EXPECT_EQ(Identify(shown), "spiffe://test/web");
}

TEST_F(AuthenticatorTest, PrincipalsHaveTheirWeightsAndLimits) {
  Configure(kToken,
            "principals { name: 'ali' weight: 7 limits { max_open_groups: 3 } } "
            "limits { principal { burst: 9 sub_calls_per_second: 2.5 } }");
  ASSERT_EQ(Identify(Bearer("opensesame")), "ali");
  EXPECT_EQ(principal_->weight, 7u);
  EXPECT_EQ(principal_->limits.max_open_groups, 3u);
  EXPECT_EQ(principal_->limits.burst, 0u);
  Configure(absl::StrCat(kToken, "anonymous_principal: 'guest'"),
            "limits { principal { burst: 9 sub_calls_per_second: 2.5 } }");
  ASSERT_EQ(Identify({}), "guest");
  EXPECT_EQ(principal_->weight, 1u);
  EXPECT_EQ(principal_->limits.burst, 9u);
  EXPECT_EQ(principal_->limits.sub_calls_per_second, 2.5);
}

TEST_F(AuthenticatorTest, AJwtNamesItsPrincipalOrIsRefused) {
  const test::JwtIssuer issuer("idp");
  const std::string file = test::TemporaryPath("authenticator.json");
  test::ReplaceFile(file, issuer.KeySet());
  Configure(absl::StrCat(kToken, "jwt { jwks_file: '", file,
                         "' issuer: 'https://idp.test' audience: 'gather' }"));
  const absl::Time now = absl::Now();
  EXPECT_EQ(Identify(Bearer(issuer.Sign(test::JwtIssuer::Claims("web", now + absl::Hours(1))))),
            "web");
  EXPECT_EQ(Identify(Bearer("opensesame")), "ali");
  EXPECT_EQ(Identify(Bearer(issuer.Sign(test::JwtIssuer::Claims("web", now - absl::Hours(1))))),
            "? expired");
  EXPECT_EQ(Identify(Bearer("sesame")), "? not a signed JWT");
  EXPECT_EQ(stranger_.token_digits.size(), 8u);
}

}  // namespace
}  // namespace gather::server
