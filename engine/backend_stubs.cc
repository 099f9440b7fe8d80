#include "engine/backend_stubs.h"

#include <algorithm>
#include <chrono>

#include "engine/backend_channel.h"

namespace gather::engine {

BackendStub::BackendStub(const Target& target)
    : target_(target.name),
      address_(target.channel.address),
      stub_(MakeBackendChannel(target.channel)) {}

void BackendStub::Wait() { waiting_.push_back(std::chrono::steady_clock::now()); }

Duration BackendStub::EndWait() {
  const Duration waited = std::chrono::steady_clock::now() - waiting_.front();
  waiting_.pop_front();
  return waited;
}

BackendStubs::Backend& BackendStubs::BackendOf(const Target& target) {
  if (backends_.size() <= target.channel_id) backends_.resize(target.channel_id + 1);
  return backends_[target.channel_id];
}

BackendStub* BackendStubs::FindOrMake(const Target& target) {
  auto& stubs = BackendOf(target).stubs;
  // A reload may have lowered the maximum; what is above it closes when it has idled for long.
  const auto end = stubs.begin() + std::min<std::size_t>(stubs.size(), target.max_connections);
  const auto free = std::find_if(stubs.begin(), end, [&target](const auto& stub) {
    return !stub->Busy(target.streams_per_connection);
  });
  if (free != end) return free->get();
  if (stubs.size() < target.max_connections) {
    stubs.push_back(std::make_unique<BackendStub>(target));
    return stubs.back().get();
  }
  return std::min_element(
             stubs.begin(), end,
             [](const auto& a, const auto& b) { return a->in_flight() < b->in_flight(); })
      ->get();
}

BackendStub* BackendStubs::BeginElsewhere(const Target& target, std::size_t request_bytes) {
  std::unique_ptr<BackendStub>& elsewhere = BackendOf(target).elsewhere;
  if (!elsewhere) elsewhere = std::make_unique<BackendStub>(target);
  elsewhere->Begin(target.streams_per_connection, request_bytes);
  return elsewhere.get();
}

void BackendStubs::Drop(std::size_t channel_id) {
  if (channel_id < backends_.size()) backends_[channel_id] = Backend();
}

}  // namespace gather::engine
