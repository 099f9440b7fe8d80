#include "server/config/pem_file.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "server/config/config_file.h"
#include "server/config/value_check.h"

namespace gather::server {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Bio Open(const std::string& pem) {
  return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
}

// There is nobody who could be asked for one.
int NoPassword(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) { return -1; }

// Whether OpenSSL has come to the end of the file, rather than to something that it cannot read.
bool AtEnd() {
  const unsigned long error = ERR_peek_last_error();
  ERR_clear_error();
  return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

// Empty when one of them is broken.
std::vector<Certificate> ParseCertificates(const std::string& pem) {
  std::vector<Certificate> certificates;
  const Bio file = Open(pem);
  while (X509* one = PEM_read_bio_X509(file.get(), nullptr, &NoPassword, nullptr)) {
    certificates.emplace_back(one, &X509_free);
  }
  if (!AtEnd()) certificates.clear();
  return certificates;
}

Key ParseKey(const std::string& pem) {
  Key key(PEM_read_bio_PrivateKey(Open(pem).get(), nullptr, &NoPassword, nullptr), &EVP_PKEY_free);
  ERR_clear_error();
  return key;
}

std::string Read(const std::string& path, absl::string_view field, const Place& place) {
  absl::StatusOr<std::string> text = ReadFile(path);
  if (text.ok()) return *std::move(text);
  place.Wrong(field, absl::StrCat(Quoted(path), " ", text.status().message()));
  return "";
}

}  // namespace

std::string ReadCertificates(const std::string& path, absl::string_view field, const Place& place) {
  std::string pem = Read(path, field, place);
  if (!pem.empty() && ParseCertificates(pem).empty()) {
    place.Wrong(field, absl::StrCat(Quoted(path),
                                    " holds no certificate in PEM form, or a broken "
                                    "one"));
  }
  return pem;
}

KeyPair ReadKeyPair(const std::string& certificate_file, const std::string& private_key_file,
                    const Place& place) {
  KeyPair pair{ReadCertificates(certificate_file, "certificate_file", place),
               Read(private_key_file, "private_key_file", place)};
  if (pair.private_key.empty()) return pair;
  const Key key = ParseKey(pair.private_key);
  const std::vector<Certificate> certificates = ParseCertificates(pair.certificate_chain);
  if (key == nullptr) {
    place.Wrong("private_key_file", absl::StrCat(Quoted(private_key_file),
                                                 " holds no private key in PEM form that can be "
                                                 "read without a password"));
  } else if (!certificates.empty() &&
             X509_check_private_key(certificates[0].get(), key.get()) != 1) {
    ERR_clear_error();
    place.Wrong("private_key_file",
                absl::StrCat("the key in ", Quoted(private_key_file),
                             " is not that of the certificate in ", Quoted(certificate_file)));
  }
  return pair;
}

}  // namespace gather::server
