#ifndef GATHER_SERVER_IDENTITY_LISTENER_CREDENTIALS_H_
#define GATHER_SERVER_IDENTITY_LISTENER_CREDENTIALS_H_

#include <grpcpp/security/server_credentials.h>

#include <memory>

#include "gather/config/v1/config.pb.h"

namespace gather::server {

// How the listener speaks: plaintext without `tls`, else TLS, in which clients must show a
// certificate if there are authorities for them.
//
// The files are looked at with each connection that is made, and read again when they have changed:
// a renewed certificate holds from the next connection on. What cannot be used is logged, and the
// last good one goes on. The first must be good, or the port cannot be added.
//
// The credentials must outlive the server.
std::shared_ptr<grpc::ServerCredentials> MakeListenerCredentials(
    const config::v1::Listener& listener);

}  // namespace gather::server

#endif  // GATHER_SERVER_IDENTITY_LISTENER_CREDENTIALS_H_
