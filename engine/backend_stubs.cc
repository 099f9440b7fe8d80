#include "engine/backend_stubs.h"

#include "engine/backend_channel.h"

namespace gather::engine {

BackendStub::BackendStub(const ChannelSettings& settings)
    : address_(settings.address), stub_(MakeBackendChannel(settings)) {}

BackendStub* BackendStubs::MakeFirst(const Target& target) {
  if (backends_.size() <= target.channel_id) backends_.resize(target.channel_id + 1);
  std::unique_ptr<BackendStub>& first = backends_[target.channel_id].first;
  first = std::make_unique<BackendStub>(target.channel);
  return first.get();
}

BackendStub* BackendStubs::Second(const Target& target) {
  std::unique_ptr<BackendStub>& second = backends_[target.channel_id].second;
  if (!second) second = std::make_unique<BackendStub>(target.channel);
  return second.get();
}

void BackendStubs::Drop(std::size_t channel_id) {
  if (channel_id < backends_.size()) backends_[channel_id] = Backend();
}

}  // namespace gather::engine
