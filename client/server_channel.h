#ifndef GATHER_CLIENT_SERVER_CHANNEL_H_
#define GATHER_CLIENT_SERVER_CHANNEL_H_

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "gather/client_options.h"

namespace gather::internal {

// A channel to a gather server:
//   no retries (a gather is not repeated behind the caller's back) · a connection of its own ·
//   trailers up to 64 KiB · no HTTP proxy from the environment · compression neither offered nor
//   inflated · answers up to the server's bound · reconnects after 100 ms to 5 s.
// Connects when first used.
std::shared_ptr<grpc::Channel> MakeServerChannel(const std::string& address,
                                                 const ClientOptions& options);

}  // namespace gather::internal

#endif  // GATHER_CLIENT_SERVER_CHANNEL_H_
