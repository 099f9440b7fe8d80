#ifndef GATHER_ENGINE_BACKEND_STUBS_H_
#define GATHER_ENGINE_BACKEND_STUBS_H_

#include <grpcpp/generic/generic_stub.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/target.h"

namespace gather::engine {

// A channel to a target, to call methods by name on.
class BackendStub {
 public:
  BackendStub(const std::string& address, std::uint64_t max_reply_bytes);

  // What the channel was created with.
  const std::string& address() const { return address_; }
  grpc::GenericStub* stub() { return &stub_; }

 private:
  const std::string address_;
  grpc::GenericStub stub_;
};

// One worker's channels to all targets. Not thread-safe.
class BackendStubs {
 public:
  // `targets` must outlive this.
  BackendStubs(const TargetTable& targets, std::uint64_t max_reply_bytes);

  // The target's channel; or a second one, with connections of its own, made when first asked for.
  BackendStub* First(const Target& target) { return backends_[target.index].first.get(); }
  BackendStub* Second(const Target& target);

 private:
  struct Backend {
    std::unique_ptr<BackendStub> first;
    std::unique_ptr<BackendStub> second;
  };

  const std::uint64_t max_reply_bytes_;
  std::vector<Backend> backends_;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_BACKEND_STUBS_H_
