#ifndef GATHER_CLIENT_CLIENT_OPTIONS_H_
#define GATHER_CLIENT_CLIENT_OPTIONS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gather/detached_failure.h"

namespace gather {

// How a client makes sure of its server, and shows who it is. Texts in PEM form. A plain value.
struct TlsOptions {
  // Who signs the server's certificate, which must bear the name (or address) that the client
  // connects to. Default: the authorities that this system trusts.
  std::string authorities;

  // The client's own certificate, with those between it and its authority, and its key; for servers
  // that ask for one. Both or none. Default: none.
  std::string certificate_chain;
  std::string private_key;
};

// How a client speaks to a server. A plain value.
struct ClientOptions {
  // Default: plaintext.
  std::optional<TlsOptions> tls;

  // The replies of one answer together; a larger answer is the gather's kResourceExhausted.
  // Default: the server's own bound, 64 MiB (gRPC's would be 4 MB).
  std::uint64_t max_response_bytes = std::uint64_t{64} << 20;

  // Asks after an idle server this often, so that one that vanished is noticed. The server must
  // allow it. Default: never.
  std::optional<absl::Duration> keepalive_time;
};

// What a client's own engine is to do. A plain value. Defaults are a server's.
//
//   gather::EmbeddedOptions options;
//   options.targets = {{"users", "127.0.0.1:5001"}, {"posts", "dns:///posts:443"}};
struct EmbeddedOptions {
  // Names that calls may use, and the addresses that they stand for. Names are of the form
  // [A-Za-z0-9][A-Za-z0-9._-]{0,62}, each once.
  std::vector<std::pair<std::string, std::string>> targets;

  // Worker threads; each has its own connections to the targets: one to each, and up to four while
  // large requests are in flight. With more than one, continuations run on any of them, those of
  // one group or gather, too, and several at the same time. At least 1.
  int workers = 1;

  // Bounds on each gather: calls, calls in flight, time (where nothing else is said, and at most),
  // the serialised request, the replies together, one reply.
  std::uint32_t max_calls = 10'000;
  std::uint32_t max_concurrency = 1'000;
  absl::Duration default_timeout = absl::Seconds(30);
  absl::Duration max_timeout = absl::Hours(1);
  std::uint64_t max_request_bytes = std::uint64_t{64} << 20;
  std::uint64_t max_response_bytes = std::uint64_t{64} << 20;
  std::uint64_t max_reply_bytes = std::uint64_t{16} << 20;

  // What may run on after its gather was answered, the rest of a PROPAGATE that failed and shielded
  // calls: how many calls of all gathers together, and how long each, at most, then it is
  // cancelled. While so many run on, another PROPAGATE or shielded call is refused. The client's
  // end cancels them. 0: nothing may.
  std::uint32_t max_detached = 1'000;
  absl::Duration detached_timeout = absl::Seconds(60);

  // Is told of each such call that failed. Runs on a worker thread, so it must not block. Default:
  // writes one line to standard error.
  std::function<void(const DetachedFailure&)> on_detached_failure;
};

}  // namespace gather

#endif  // GATHER_CLIENT_CLIENT_OPTIONS_H_
