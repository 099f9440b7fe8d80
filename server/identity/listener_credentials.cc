#include "server/identity/listener_credentials.h"

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>

#include <cstdlib>
#include <mutex>
#include <string>
#include <utility>

#include "server/identity/pem_files.h"
#include "server/identity/watched_files.h"
#include "server/log.h"

namespace gather::server {
namespace {

grpc_ssl_server_certificate_config* ToGrpc(const PemTexts& texts) {
  const grpc_ssl_pem_key_cert_pair pair = {texts.private_key.c_str(),
                                           texts.certificate_chain.c_str()};
  // gRPC aborts when it is handed renewable certificates without authorities, though it looks at
  // none where no client's certificate is asked for.
  const std::string& authorities =
      texts.client_authorities.empty() ? texts.certificate_chain : texts.client_authorities;
  return grpc_ssl_server_certificate_config_create(authorities.c_str(), &pair, 1);
}

// gRPC asks with each handshake, on the thread that has the connection, whether there are new
// certificates. It keeps the last ones where there are none.
class RenewedCertificates {
 public:
  explicit RenewedCertificates(config::v1::ServerTls config)
      : config_(std::move(config)),
        files_({config_.certificate_file(), config_.private_key_file(), config_.client_ca_file()}) {
  }

  grpc_ssl_certificate_config_reload_status Fetch(grpc_ssl_server_certificate_config** config) {
    const std::lock_guard lock(mutex_);
    if (!files_.HaveChanged()) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    const auto texts = ReadPemFiles(config_);
    if (!texts.ok()) {
      Log(LogLevel::kError, "certificate_refused",
          {{"problem", std::string(texts.status().message())}});
      return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_FAIL;
    }
    *config = ToGrpc(*texts);
    Log(LogLevel::kInfo, "certificate_read", {{"file", config_.certificate_file()}});
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
  }

 private:
  const config::v1::ServerTls config_;
  std::mutex mutex_;
  WatchedFiles files_;
};

// gRPC's C++ layer has no way to the callback that its C core reads renewed certificates with.
class RenewingCredentials final : public grpc::ServerCredentials {
 public:
  explicit RenewingCredentials(const config::v1::ServerTls& config) : certificates_(config) {
    const auto asked = config.client_ca_file().empty()
                           ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
                           : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY;
    credentials_ = grpc_ssl_server_credentials_create_with_options(
        grpc_ssl_server_credentials_create_options_using_config_fetcher(asked, &FetchFor,
                                                                        &certificates_));
  }
  ~RenewingCredentials() override { grpc_server_credentials_release(credentials_); }

  void SetAuthMetadataProcessor(
      const std::shared_ptr<grpc::AuthMetadataProcessor>& /*processor*/) override {
    std::abort();  // nobody has a use for one
  }

 private:
  static grpc_ssl_certificate_config_reload_status FetchFor(
      void* certificates, grpc_ssl_server_certificate_config** config) {
    return static_cast<RenewedCertificates*>(certificates)->Fetch(config);
  }

  int AddPortToServer(const std::string& address, grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), credentials_);
  }

  RenewedCertificates certificates_;
  grpc_server_credentials* credentials_;
};

}  // namespace

std::shared_ptr<grpc::ServerCredentials> MakeListenerCredentials(
    const config::v1::Listener& listener) {
  if (!listener.has_tls()) return grpc::InsecureServerCredentials();
  return std::make_shared<RenewingCredentials>(listener.tls());
}

}  // namespace gather::server
