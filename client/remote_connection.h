#ifndef GATHER_CLIENT_REMOTE_CONNECTION_H_
#define GATHER_CLIENT_REMOTE_CONNECTION_H_

#include <memory>
#include <string>

#include "gather/client_options.h"
#include "gather/connection.h"

namespace gather::internal {

// A connection to the server at `address`: each gather, stream and group is one RPC, on a
// completion queue and a thread of the connection's own.
std::unique_ptr<Connection> ConnectTo(const std::string& address, const ClientOptions& options);

}  // namespace gather::internal

#endif  // GATHER_CLIENT_REMOTE_CONNECTION_H_
