#ifndef GATHER_TESTS_SUPPORT_CERTIFICATES_H_
#define GATHER_TESTS_SUPPORT_CERTIFICATES_H_

#include <string>

namespace gather::test {

// A certificate and its key: PEM texts, and the files that they stand in.
struct Certificate {
  std::string certificate_file;
  std::string key_file;
  std::string certificate;
  std::string key;
};

// An authority of a test's own, and what it signs; made with the `openssl` command in the test's
// temporary folder. Aborts when that fails.
//
//   CertificateAuthority authority("clients");
//   const Certificate web = authority.Issue("web", "URI:spiffe://test/web");
class CertificateAuthority {
 public:
  explicit CertificateAuthority(const std::string& name);

  const std::string& file() const { return own_.certificate_file; }
  const std::string& pem() const { return own_.certificate; }

  // A certificate with those subject alternative names, as openssl writes them (`DNS:a,URI:b:c`;
  // empty: none). Of `days` before today it has expired.
  Certificate Issue(const std::string& name, const std::string& names, int days = 1) const;

  // One for a server on loopback.
  Certificate IssueForServer(const std::string& name) const {
    return Issue(name, "IP:127.0.0.1,DNS:localhost");
  }

 private:
  const std::string name_;
  Certificate own_;
};

// Writes the file anew, in one step, as a renewal does.
void ReplaceFile(const std::string& path, const std::string& text);

// A path in the test's temporary folder.
std::string TemporaryPath(const std::string& name);

// Runs a command line of the shell; aborts when it fails. What it writes to standard output.
std::string RunCommand(const std::string& command);

}  // namespace gather::test

#endif  // GATHER_TESTS_SUPPORT_CERTIFICATES_H_
