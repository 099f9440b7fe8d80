#include "engine/backend_stubs.h"

#include "engine/backend_channel.h"

namespace gather::engine {

BackendStub::BackendStub(const std::string& address, std::uint64_t max_reply_bytes)
    : address_(address), stub_(MakeBackendChannel(address, max_reply_bytes)) {}

BackendStubs::BackendStubs(const TargetTable& targets, std::uint64_t max_reply_bytes)
    : max_reply_bytes_(max_reply_bytes) {
  for (const auto& target : targets.all()) {
    backends_.push_back({std::make_unique<BackendStub>(target->address, max_reply_bytes), nullptr});
  }
}

BackendStub* BackendStubs::Second(const Target& target) {
  std::unique_ptr<BackendStub>& second = backends_[target.index].second;
  if (!second) second = std::make_unique<BackendStub>(target.address, max_reply_bytes_);
  return second.get();
}

}  // namespace gather::engine
