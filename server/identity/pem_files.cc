#include "server/identity/pem_files.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/config/config_file.h"

namespace gather::server {
namespace {

template <auto free>
struct Free {
  template <typename T>
  void operator()(T* owned) const {
    free(owned);
  }
};

using Bio = std::unique_ptr<BIO, Free<&BIO_free>>;
using Certificate = std::unique_ptr<X509, Free<&X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<&EVP_PKEY_free>>;

absl::Status Wrong(absl::string_view field, absl::string_view path, absl::string_view problem) {
  ERR_clear_error();
  return absl::InvalidArgumentError(absl::StrCat(field, ": ", path, ": ", problem));
}

Bio Open(const std::string& pem) {
  return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

// A key that is encrypted is one that nobody types a password for.
int NoPassword(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) { return -1; }

Certificate FirstCertificate(const std::string& pem) {
  return Certificate(PEM_read_bio_X509(Open(pem).get(), nullptr, &NoPassword, nullptr));
}

absl::Status Read(absl::string_view field, const std::string& path, std::string* text) {
  absl::StatusOr<std::string> read = ReadFile(path);
  if (!read.ok()) return Wrong(field, path, read.status().message());
  *text = *std::move(read);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PemTexts> ReadPemFiles(const config::v1::ServerTls& config) {
  PemTexts texts;
  const bool asks_clients = !config.client_ca_file().empty();
  absl::Status read = Read("certificate_file", config.certificate_file(), &texts.certificate_chain);
  read.Update(Read("private_key_file", config.private_key_file(), &texts.private_key));
  if (asks_clients) {
    read.Update(Read("client_ca_file", config.client_ca_file(), &texts.client_authorities));
  }
  if (!read.ok()) return read;
  const Certificate certificate = FirstCertificate(texts.certificate_chain);
  if (certificate == nullptr) {
    return Wrong("certificate_file", config.certificate_file(), "holds no certificate in PEM form");
  }
  const Key key(
      PEM_read_bio_PrivateKey(Open(texts.private_key).get(), nullptr, &NoPassword, nullptr));
  if (key == nullptr) {
    return Wrong("private_key_file", config.private_key_file(),
                 "holds no private key in PEM form, or one under a password");
  }
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    return Wrong("private_key_file", config.private_key_file(),
                 absl::StrCat("is not the key of ", config.certificate_file()));
  }
  if (asks_clients && FirstCertificate(texts.client_authorities) == nullptr) {
    return Wrong("client_ca_file", config.client_ca_file(), "holds no certificate in PEM form");
  }
  return texts;
}

}  // namespace gather::server
