#ifndef GATHER_CLIENT_OPTIONS_H_
#define GATHER_CLIENT_OPTIONS_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "gather/call_defaults.h"
#include "gather/policy.h"

namespace grpc {
class ServerContextBase;
}  // namespace grpc

namespace gather {

// Runs each piece of work once, in any thread, not inside the call.
using Executor = std::function<void(absl::AnyInvocable<void()> work)>;

// How one gather is to be done. A plain value: set what differs from the defaults, reuse it freely.
//
//   gather::Options options;
//   options.timeout = absl::Milliseconds(200);
//   options.max_concurrency = 8;
//
// Values that are wrong or contradict each other are answered as kInvalidArgument before anything
// is sent.
struct Options {
  // Options for a gather made inside the handler of that RPC: its deadline, its cancellation (which
  // includes the RPC's end), and its trace context (`traceparent`, `tracestate`, `grpc-trace-bin`),
  // which goes with the gather; every sub-call is then in the same W3C trace. For handlers of the
  // synchronous, asynchronous and callback API alike; `context` must be of a call that was received
  // and has not ended.
  static Options FromServerContext(const grpc::ServerContextBase& context);

  // When the gather is decided. Default: FailFast() for Gather and TaskGroup, Collect() for
  // GatherSettled and AsCompleted. Gather takes FailFast() and Propagate() only, since its result
  // has no room for failures; GatherAny, GatherRace and GatherQuorum take their own; the others
  // take any.
  std::optional<Policy> policy;

  // At most this long, from acceptance. What has finished by then is kept. Positive. Default: the
  // deadline's time, else the server's default (30 s); the server's maximum (1 h) bounds it.
  std::optional<absl::Duration> timeout;

  // At most so many sub-calls in flight. Default: 0, the server's maximum (1,000).
  std::uint32_t max_concurrency = 0;

  // Names the gather in logs and traces. At most 256 printable bytes. Default: none.
  std::string label;

  // The caller's own deadline; the earlier of it and `timeout` counts. A little of it is kept back
  // for the answer. Default: none.
  std::optional<std::chrono::steady_clock::time_point> deadline;

  // Sent with the gather itself as request metadata, in this order; not with its sub-calls, see
  // `defaults`. Of a `traceparent` and `tracestate` the engine makes those of each sub-call; an
  // embedded one looks at nothing else. Default: none.
  std::vector<std::pair<std::string, std::string>> metadata;

  // What holds for every sub-call that does not say otherwise. Default: nothing.
  CallDefaults defaults;

  // Cancels the gather when a stop is requested; at its `deadline` that ends it instead, so that
  // the answer is kDeadlineExceeded. Default: nobody can.
  std::stop_token cancellation;

  // Where continuations run. Default: on the client's worker thread, which they must not block.
  // That runs one after the other, so that what only they touch needs no lock; a client with
  // several (EmbeddedOptions::workers) and an executor with several threads may run them at the
  // same time.
  Executor executor;
};

}  // namespace gather

#endif  // GATHER_CLIENT_OPTIONS_H_
