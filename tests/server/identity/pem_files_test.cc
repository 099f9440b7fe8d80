#include "server/identity/pem_files.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/certificates.h"

namespace gather::server {
namespace {

using test::CertificateAuthority;

class PemFilesTest : public ::testing::Test {
 protected:
  PemFilesTest() {
    config_.set_certificate_file(server_.certificate_file);
    config_.set_private_key_file(server_.key_file);
  }
  std::string Problem() { return std::string(ReadPemFiles(config_).status().message()); }

  const CertificateAuthority authority_{"servers"};
  const test::Certificate server_ = authority_.IssueForServer("one");
  config::v1::ServerTls config_;
};

TEST_F(PemFilesTest, AreReadWhole) {
  config_.set_client_ca_file(authority_.file());
  const auto texts = ReadPemFiles(config_);
  ASSERT_TRUE(texts.ok()) << texts.status();
  EXPECT_EQ(texts->certificate_chain, server_.certificate);
  EXPECT_EQ(texts->private_key, server_.key);
  EXPECT_EQ(texts->client_authorities, authority_.pem());
}

TEST_F(PemFilesTest, AKeyOfAnotherCertificateIsRefused) {
  const test::Certificate other = authority_.IssueForServer("two");
  config_.set_private_key_file(other.key_file);
  EXPECT_EQ(Problem(), absl::StrCat("private_key_file: the key in \"", other.key_file,
                                    "\" is not that of the certificate in \"",
                                    server_.certificate_file, "\""));
}

TEST_F(PemFilesTest, WhatIsNoPemIsRefused) {
  const std::string junk = test::TemporaryPath("junk");
  test::ReplaceFile(junk, "junk");
  config_.set_client_ca_file(junk);
  EXPECT_EQ(Problem(), absl::StrCat("client_ca_file: \"", junk,
                                    "\" holds no certificate in PEM form, or a broken one"));
  config_.set_private_key_file(junk);
  EXPECT_EQ(Problem(), absl::StrCat("private_key_file: \"", junk,
                                    "\" holds no private key in PEM form that can be read without "
                                    "a password"));
  config_.set_certificate_file(junk);
  EXPECT_EQ(Problem(), absl::StrCat("certificate_file: \"", junk,
                                    "\" holds no certificate in PEM form, or a broken one"));
}

TEST_F(PemFilesTest, AFileThatIsNotThereIsRefused) {
  config_.set_certificate_file("/nowhere/at.all");
  EXPECT_EQ(Problem().find("certificate_file: \"/nowhere/at.all\" cannot be read"), 0u)
      << Problem();
}

}  // namespace
}  // namespace gather::server
