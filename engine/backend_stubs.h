#ifndef GATHER_ENGINE_BACKEND_STUBS_H_
#define GATHER_ENGINE_BACKEND_STUBS_H_

#include <grpcpp/generic/generic_stub.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "engine/async/time.h"
#include "engine/observer.h"
#include "engine/target.h"

namespace gather::engine {

// A channel to a target, to call methods by name on, and the calls that it has in flight.
class BackendStub {
 public:
  explicit BackendStub(const Target& target);

  const std::string& target() const { return target_; }

  // What the channel was created with.
  const std::string& address() const { return address_; }
  grpc::GenericStub* stub() { return &stub_; }

  std::uint32_t in_flight() const { return in_flight_; }

  // Whether it has as much to carry as one connection should, if that may carry `streams` calls.
  bool Busy(std::uint32_t streams) const {
    return in_flight_ >= streams || request_bytes_ >= kBusyBytes;
  }

  // One more call, with a request of `bytes`, on a connection that carries `streams` at once: one
  // that is too many waits.
  void Begin(std::uint32_t streams, std::size_t bytes) {
    request_bytes_ += Counted(bytes);
    if (in_flight_++ >= streams) Wait();
  }

  // A call with a request of `bytes` has ended. Returned is how long the call waited that has got
  // its stream by that, if one did: they get them in the order in which they came.
  Duration End(std::size_t bytes) {
    --in_flight_;
    request_bytes_ -= Counted(bytes);
    return waiting_.empty() ? Duration(0) : EndWait();
  }

 private:
  // Beyond it calls are cheaper over one more connection: measured, in docs/performance.md.
  static constexpr std::size_t kBusyBytes = 128 * 1024;

  // Small requests share a connection, however many there are: more of them cost more.
  static constexpr std::size_t kLargeBytes = 1024;
  static std::size_t Counted(std::size_t bytes) { return bytes < kLargeBytes ? 0 : bytes; }

  void Wait();
  Duration EndWait();

  const std::string target_;
  const std::string address_;
  grpc::GenericStub stub_;
  std::uint32_t in_flight_ = 0;
  std::size_t request_bytes_ = 0;  // of the large ones in flight
  std::deque<Time> waiting_;       // since when
};

// One worker's channels to all targets, each made when it is needed. Targets that have the same
// `channel_id` have the same channels. Not thread-safe.
//
// A target has one more channel when all that it has carry `streams_per_connection` calls, or 128
// KiB of requests of 1 KiB and more, up to its `max_connections`; then calls go where the fewest
// are. gRPC would have them wait in the channel for a stream, and tell nobody.
class BackendStubs {
 public:
  // `observer`, if there is one, hears of calls that waited; it outlives this.
  explicit BackendStubs(Observer* observer = nullptr) : observer_(observer) {}

  // The channel for one more call; End() must follow. The second kind has connections
  // of its own, for a call that a connection of the first kind refused.
  BackendStub* Begin(const Target& target, std::size_t request_bytes) {
    BackendStub* const stub = Find(target);
    stub->Begin(target.streams_per_connection, request_bytes);
    return stub;
  }
  BackendStub* BeginElsewhere(const Target& target, std::size_t request_bytes);

  void End(BackendStub* stub, std::size_t request_bytes) {
    const Duration waited = stub->End(request_bytes);
    if (waited > Duration(0) && observer_ != nullptr) {
      observer_->OnStreamWait(stub->target(), waited);
    }
  }

  // Closes the channels of that `channel_id`. No call may use them any more.
  void Drop(std::size_t channel_id);

 private:
  struct Backend {
    std::vector<std::unique_ptr<BackendStub>> stubs;
    std::unique_ptr<BackendStub> elsewhere;
  };

  BackendStub* Find(const Target& target) {
    const std::size_t id = target.channel_id;
    if (id < backends_.size() && !backends_[id].stubs.empty()) {
      BackendStub* const first = backends_[id].stubs.front().get();
      if (!first->Busy(target.streams_per_connection)) return first;
    }
    return FindOrMake(target);
  }
  BackendStub* FindOrMake(const Target& target);
  Backend& BackendOf(const Target& target);

  Observer* const observer_;
  std::vector<Backend> backends_;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_BACKEND_STUBS_H_
