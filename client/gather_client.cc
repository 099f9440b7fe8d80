#include "gather/gather_client.h"

#include <utility>

#include "gather/connection_ender.h"
#include "gather/embedded_connection.h"
#include "gather/grpc_hold.h"
#include "gather/remote_connection.h"

namespace gather {

Client Client::Connect(const std::string& address, const ClientOptions& options) {
  internal::HoldGrpc();
  return Client(internal::ConnectTo(address, options));
}

absl::StatusOr<Client> Client::Embedded(const EmbeddedOptions& options) {
  internal::HoldGrpc();
  absl::StatusOr<std::unique_ptr<Connection>> connection = internal::MakeEmbedded(options);
  if (!connection.ok()) return connection.status();
  return Client(*std::move(connection));
}

Client::Client(std::unique_ptr<Connection> connection)
    : connection_(internal::Share(std::move(connection))) {}

}  // namespace gather
