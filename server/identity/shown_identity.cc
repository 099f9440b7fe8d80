#include "server/identity/shown_identity.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/auth_context.h>

#include <memory>

namespace gather::server {

ShownIdentity ReadIdentity(const grpc::ServerContext& rpc) {
  ShownIdentity shown;
  const std::shared_ptr<const grpc::AuthContext> peer = rpc.auth_context();
  shown.certificate = peer != nullptr && peer->IsPeerAuthenticated();
  if (shown.certificate) {
    for (const char* kind : {GRPC_PEER_URI_PROPERTY_NAME, GRPC_PEER_DNS_PROPERTY_NAME,
                             GRPC_PEER_EMAIL_PROPERTY_NAME}) {
      for (const grpc::string_ref& name : peer->FindPropertyValues(kind)) {
        shown.names.emplace_back(name.data(), name.size());
      }
    }
  }
  const auto [begin, end] = rpc.client_metadata().equal_range("authorization");
  for (auto entry = begin; entry != end; ++entry) {
    shown.authorization.emplace_back(entry->second.data(), entry->second.size());
  }
  return shown;
}

}  // namespace gather::server
