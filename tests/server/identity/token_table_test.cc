#include "server/identity/token_table.h"

#include <string>

#include "gather/config/v1/config.pb.h"
#include "gtest/gtest.h"
#include "server/identity/sha256.h"

namespace gather::server {
namespace {

// printf %s opensesame | sha256sum
constexpr char kOpenSesame[] = "d9fb92e3bbe65be1f1aad4a82eef4567f7a1ebe2cd110c8049b9698be7a70c88";

TEST(TokenTableTest, FindsWhoBearsAToken) {
  config::v1::Authentication config;
  config::v1::Token* const token = config.add_tokens();
  token->set_sha256(kOpenSesame);
  token->set_principal("ali");
  const TokenTable table(config.tokens());
  const std::string* const principal = table.Find(Sha256("opensesame"));
  ASSERT_NE(principal, nullptr);
  EXPECT_EQ(*principal, "ali");
  EXPECT_EQ(table.Find(Sha256("opensesam")), nullptr);
  EXPECT_EQ(table.Find(Sha256("")), nullptr);
  EXPECT_EQ(table.Find(Sha256(kOpenSesame)), nullptr);
}

TEST(TokenTableTest, WhatIsNoHashIsNobodys) {
  config::v1::Authentication config;
  config.add_tokens()->set_sha256("abc");
  config.add_tokens()->set_sha256(std::string(64, 'x'));
  EXPECT_TRUE(TokenTable(config.tokens()).empty());
}

TEST(Sha256Test, IsTheOneThatEverybodyKnows) {
  EXPECT_EQ(FirstDigits(Sha256("abc")), "ba7816bf");
  EXPECT_TRUE(SameDigest(Sha256("abc"), Sha256("abc")));
  EXPECT_FALSE(SameDigest(Sha256("abc"), Sha256("abd")));
}

}  // namespace
}  // namespace gather::server
