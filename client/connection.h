#ifndef GATHER_CLIENT_CONNECTION_H_
#define GATHER_CLIENT_CONNECTION_H_

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gather/owned_request.h"
#include "gather/v1/gather.pb.h"

namespace gather {

// What goes with a gather but is not part of its request.
struct GatherContext {
  // The caller's own deadline, on the monotonic clock. Absent: none.
  std::optional<std::chrono::steady_clock::time_point> deadline;

  // Sent with the gather itself (not with its sub-calls), in this order.
  std::vector<std::pair<std::string, std::string>> metadata;
};

// A gather that was started or prepared. Destroying the handle changes nothing.
class PendingGather {
 public:
  virtual ~PendingGather() = default;

  // Asks for the gather's end: `done` still runs, with CANCELLED unless the gather ended first.
  // From any thread, any number of times, also after the end and after the connection's.
  virtual void Cancel() = 0;

  // Once, for a gather that was prepared and not started: starts it, while the connection lives.
  // The calling thread is going to wait for `done` and do nothing else, so that the gather may run
  // on it, inside this call, and `done` too.
  virtual void Drive() {}
};

// Takes what a streamed gather or a group answers. Always on one worker thread of the connection,
// one call after the other, never inside a method of the connection or of the handle.
class StreamSink {
 public:
  virtual ~StreamSink() = default;

  // A group was taken in; once, before its first outcome. Not for AsCompleted.
  virtual void OnOpened(std::string gather_id) = 0;

  // One sub-call ended. Once for each that was accounted for before the end.
  virtual void OnOutcome(v1::Outcome outcome) = 0;

  // After the last outcome. Not where the gather was refused or the way was lost.
  virtual void OnSummary(v1::Summary summary) = 0;

  // Exactly once, the last call: how the RPC ended. OK after a summary with AS_RESPONSE.
  virtual void OnEnd(absl::Status status) = 0;
};

// A streamed gather that was started. Destroying the handle changes nothing. From any thread, any
// number of times, also after the end and after the connection's.
class PendingStream {
 public:
  virtual ~PendingStream() = default;

  // Asks for the end: OnEnd() still comes, with CANCELLED unless the gather ended first.
  virtual void Cancel() = 0;

  // While `paused`, no more is asked for, and once the engine's buffer is full it starts nothing
  // new. What is on its way already still comes.
  virtual void Pause(bool paused) = 0;
};

// A group that was opened. Methods of one thread take effect in order; none has any effect after
// the end.
class PendingGroup : public PendingStream {
 public:
  // One more sub-call; its index is the number of adds before it. No effect after Join().
  virtual void Add(v1::SubCall call) = 0;

  // Withdraws the sub-call of that id; no effect when there is none that has not ended.
  virtual void CancelCall(std::string id) = 0;

  // Stops what has not ended; what has finished stands.
  virtual void EndEarly() = 0;

  // No more sub-calls: the group ends when the last one has.
  virtual void Join() = 0;
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
  using Response = absl::StatusOr<std::shared_ptr<v1::GatherResponse>>;
  using Done = absl::AnyInvocable<void(Response)>;

  virtual ~Connection() = default;

  // Starts one gather; never blocks. `done` runs exactly once, on a worker thread of the
  // connection, never inside this call.
  virtual std::unique_ptr<PendingGather> StartGather(OwnedRequest request,
                                                     const GatherContext& context, Done done) = 0;

  // The same for a thread that is going to wait for the answer: it must call Drive() on what it
  // gets, and until then nothing needs to happen. `done` may run inside that.
  virtual std::unique_ptr<PendingGather> PrepareGather(OwnedRequest request,
                                                       const GatherContext& context, Done done) {
    return StartGather(std::move(request), context, std::move(done));
  }

  // Starts one gather whose outcomes come as they end; never blocks.
  virtual std::unique_ptr<PendingStream> StartStream(OwnedRequest request,
                                                     const GatherContext& context,
                                                     std::shared_ptr<StreamSink> sink) = 0;

  // Opens one group; never blocks. Without `open.timeout` and a deadline it may last for ever.
  virtual std::unique_ptr<PendingGroup> StartGroup(v1::Open open, const GatherContext& context,
                                                   std::shared_ptr<StreamSink> sink) = 0;

  // Runs `work` once on a worker thread, soon, never inside this call.
  virtual void RunOnWorker(absl::AnyInvocable<void()> work) = 0;

  // Whether the caller is a worker thread of this connection, where waiting for an answer would
  // be waiting for oneself.
  virtual bool OnWorkerThread() const = 0;
};

}  // namespace gather

#endif  // GATHER_CLIENT_CONNECTION_H_
