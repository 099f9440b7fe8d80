#include "gather/server_channel.h"

#include <grpc/compression.h>
#include <grpc/grpc.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <algorithm>
#include <cstdint>
#include <limits>

#include "absl/time/time.h"

namespace gather::internal {
namespace {

constexpr std::uint64_t kMaxInt = std::numeric_limits<int>::max();

// What stands in an answer beside the replies that the server's bound counts.
constexpr std::uint64_t kFactsOfOutcomes = 1 << 20;

std::shared_ptr<grpc::ChannelCredentials> MakeCredentials(const ClientOptions& options) {
  if (!options.tls.has_value()) return grpc::InsecureChannelCredentials();
  return grpc::SslCredentials(
      {options.tls->authorities, options.tls->private_key, options.tls->certificate_chain});
}

int ReceiveLimit(std::uint64_t max_response_bytes) {
  return static_cast<int>(std::min(max_response_bytes, kMaxInt - kFactsOfOutcomes) +
                          kFactsOfOutcomes);
}

}  // namespace

std::shared_ptr<grpc::Channel> MakeServerChannel(const std::string& address,
                                                 const ClientOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, 64 << 10);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET, 1 << GRPC_COMPRESS_NONE);
  arguments.SetInt(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  arguments.SetMaxReceiveMessageSize(ReceiveLimit(options.max_response_bytes));
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 5'000);
  if (options.keepalive_time.has_value()) {
    const std::int64_t millis = absl::ToInt64Milliseconds(*options.keepalive_time);
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS,
                     static_cast<int>(std::clamp<std::int64_t>(millis, 1, kMaxInt)));
    arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  }
  return grpc::CreateCustomChannel(address, MakeCredentials(options), arguments);
}

}  // namespace gather::internal
