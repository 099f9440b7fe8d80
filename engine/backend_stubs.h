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

  // One more call, on a connection that carries `streams` at once: one that is too many waits.
  void Begin(std::uint32_t streams) {
    if (in_flight_++ >= streams) Wait();
  }

  // A call has ended. Returned is how long the call waited that has got its stream by that, if one
  // did: they get them in the order in which they came.
  Duration End() {
    --in_flight_;
    return waiting_.empty() ? Duration(0) : EndWait();
  }

 private:
  void Wait();
  Duration EndWait();

  const std::string target_;
  const std::string address_;
  grpc::GenericStub stub_;
  std::uint32_t in_flight_ = 0;
  std::deque<Time> waiting_;  // since when
};

// One worker's channels to all targets, each made when it is needed. Targets that have the same
// `channel_id` have the same channels. Not thread-safe.
//
// A target has one more channel when all that it has carry `streams_per_connection` calls, up to
// its `max_connections`; then calls go where the fewest are. gRPC would have them wait in the
// channel for a stream, and tell nobody.
class BackendStubs {
 public:
  // `observer`, if there is one, hears of calls that waited; it outlives this.
  explicit BackendStubs(Observer* observer = nullptr) : observer_(observer) {}

  // The channel for one more call; End() must follow. The second kind has connections
  // of its own, for a call that a connection of the first kind refused.
  BackendStub* Begin(const Target& target) {
    BackendStub* const stub = Find(target);
    stub->Begin(target.streams_per_connection);
    return stub;
  }
  BackendStub* BeginElsewhere(const Target& target);

  void End(BackendStub* stub) {
    const Duration waited = stub->End();
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
      if (first->in_flight() < target.streams_per_connection) return first;
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
