#include "tests/support/certificates.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"

namespace gather::test {
namespace {

std::string ReadText(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

Certificate Load(const std::string& certificate_file, const std::string& key_file) {
  return {certificate_file, key_file, ReadText(certificate_file), ReadText(key_file)};
}

}  // namespace

std::string TemporaryPath(const std::string& name) {
  const char* const folder = std::getenv("TEST_TMPDIR");
  return absl::StrCat(folder == nullptr ? "/tmp" : folder, "/", name);
}

std::string RunCommand(const std::string& command) {
  const std::string log = TemporaryPath("command.log");
  std::FILE* const pipe = popen(absl::StrCat("(", command, ") 2>", log).c_str(), "r");
  std::string output;
  char part[4096];
  while (const std::size_t bytes = std::fread(part, 1, sizeof part, pipe)) {
    output.append(part, bytes);
  }
  if (pclose(pipe) == 0) return output;
  std::fprintf(stderr, "failed: %s\n%s\n", command.c_str(), ReadText(log).c_str());
  std::abort();
}

CertificateAuthority::CertificateAuthority(const std::string& name) : name_(name) {
  const std::string certificate = TemporaryPath(absl::StrCat(name, ".ca.pem"));
  const std::string key = TemporaryPath(absl::StrCat(name, ".ca.key"));
  RunCommand(absl::StrCat(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=",
      name, " -keyout ", key, " -out ", certificate));
  own_ = Load(certificate, key);
}

Certificate CertificateAuthority::Issue(const std::string& name, const std::string& names,
                                        int days) const {
  const std::string base = TemporaryPath(absl::StrCat(name_, ".", name));
  const std::string extensions = absl::StrCat(base, ".ext");
  std::ofstream(extensions) << (names.empty() ? "" : absl::StrCat("subjectAltName=", names, "\n"))
                            << "basicConstraints=CA:FALSE\n";
  RunCommand(absl::StrCat(
      "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=", name,
      " -keyout ", base, ".key -out ", base, ".csr && openssl x509 -req -in ", base, ".csr -CA ",
      own_.certificate_file, " -CAkey ", own_.key_file, " -set_serial ", getpid(), " -days ", days,
      " -extfile ", extensions, " -out ", base, ".pem"));
  return Load(absl::StrCat(base, ".pem"), absl::StrCat(base, ".key"));
}

void ReplaceFile(const std::string& path, const std::string& text) {
  const std::string next = absl::StrCat(path, ".next");
  std::ofstream(next) << text;
  if (std::rename(next.c_str(), path.c_str()) != 0) std::abort();
}

}  // namespace gather::test
