#ifndef GATHER_CLIENT_CONNECTION_H_
#define GATHER_CLIENT_CONNECTION_H_

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "gather/v1/gather.pb.h"

namespace gather {

// What goes with a gather but is not part of its request.
struct GatherContext {
  // The caller's own deadline, on the monotonic clock. Absent: none.
  std::optional<std::chrono::steady_clock::time_point> deadline;

  // Sent with the gather itself (not with its sub-calls), in this order.
  std::vector<std::pair<std::string, std::string>> metadata;
};

// A gather that was started. Destroying the handle changes nothing.
class PendingGather {
 public:
  virtual ~PendingGather() = default;

  // Asks for the gather's end: `done` still runs, with CANCELLED unless the gather ended first.
  // From any thread, any number of times, also after the end and after the connection's.
  virtual void Cancel() = 0;
};

// The way from the client library to an engine: over gRPC, in this process, or scripted by a test.
// This is the seam for mocks; users of `Client` never call it.
//
// Threads: every method from any thread. The destructor cancels what is pending, returns when every
// `done` and every posted piece of work has run, and must not run on the worker's thread.
class Connection {
 public:
  // The answer, or why there is none: a refusal or a fault of the way, with the wire's details as
  // payloads.
  using Response = absl::StatusOr<std::unique_ptr<v1::GatherResponse>>;
  using Done = absl::AnyInvocable<void(Response)>;

  virtual ~Connection() = default;

  // Starts one gather; never blocks. `done` runs exactly once, on a worker thread of the
  // connection, never inside this call.
  virtual std::unique_ptr<PendingGather> StartGather(v1::GatherRequest request,
                                                     const GatherContext& context, Done done) = 0;

  // Runs `work` once on a worker thread, soon, never inside this call.
  virtual void RunOnWorker(absl::AnyInvocable<void()> work) = 0;

  // Whether the caller is a worker thread of this connection, where waiting for an answer would
  // be waiting for oneself.
  virtual bool OnWorkerThread() const = 0;
};

}  // namespace gather

#endif  // GATHER_CLIENT_CONNECTION_H_
