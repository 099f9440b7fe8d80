#ifndef GATHER_ENGINE_BACKEND_STUBS_H_
#define GATHER_ENGINE_BACKEND_STUBS_H_

#include <grpcpp/generic/generic_stub.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "engine/channel_settings.h"
#include "engine/target.h"

namespace gather::engine {

// A channel to a target, to call methods by name on.
class BackendStub {
 public:
  explicit BackendStub(const ChannelSettings& settings);

  // What the channel was created with.
  const std::string& address() const { return address_; }
  grpc::GenericStub* stub() { return &stub_; }

 private:
  const std::string address_;
  grpc::GenericStub stub_;
};

// One worker's channels to all targets, each made when first asked for. Targets that have the same
// `channel_id` have the same channels. Not thread-safe.
class BackendStubs {
 public:
  // The target's channel; or a second one, with connections of its own.
  BackendStub* First(const Target& target) {
    const std::size_t id = target.channel_id;
    if (id < backends_.size() && backends_[id].first) return backends_[id].first.get();
    return MakeFirst(target);
  }
  BackendStub* Second(const Target& target);

  // Closes the channels of that `channel_id`. No call may use them any more.
  void Drop(std::size_t channel_id);

 private:
  struct Backend {
    std::unique_ptr<BackendStub> first;
    std::unique_ptr<BackendStub> second;
  };

  BackendStub* MakeFirst(const Target& target);

  std::vector<Backend> backends_;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_BACKEND_STUBS_H_
