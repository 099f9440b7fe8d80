#ifndef GATHER_SERVER_IDENTITY_SHOWN_IDENTITY_H_
#define GATHER_SERVER_IDENTITY_SHOWN_IDENTITY_H_

#include <grpcpp/server_context.h>

#include <string>
#include <vector>

namespace gather::server {

// What a caller shows of who it is. Nothing of it is believed yet but the names, which stand in a
// certificate that one of the listener's authorities has signed.
struct ShownIdentity {
  bool certificate = false;
  std::vector<std::string> names;          // its subject alternative names: URI, DNS, e-mail
  std::vector<std::string> authorization;  // the values of that header
};

ShownIdentity ReadIdentity(const grpc::ServerContext& rpc);

}  // namespace gather::server

#endif  // GATHER_SERVER_IDENTITY_SHOWN_IDENTITY_H_
