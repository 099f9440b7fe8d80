#include "engine/forwarded.h"

#include <algorithm>

#include "engine/hop_path.h"

namespace gather::engine {
namespace {

bool NamesTrace(const std::vector<const v1::Metadata*>& metadata) {
  return std::any_of(metadata.begin(), metadata.end(), [](const v1::Metadata* entry) {
    return entry->key() == kTraceParentKey || entry->key() == kTraceStateKey;
  });
}

}  // namespace

std::vector<std::pair<std::string, std::string>> MetadataToAdd(const Forwarded& forwarded,
                                                               const ForwardedCall& call) {
  std::vector<std::pair<std::string, std::string>> added;
  if (forwarded.trace && !NamesTrace(*call.metadata)) {
    const std::uint64_t sub_call = ChildSpanId(forwarded.trace->span, call.slot);
    added.emplace_back(kTraceParentKey,
                       TraceParent(*forwarded.trace, ChildSpanId(sub_call, call.attempt)));
    if (!forwarded.trace->state.empty()) {
      added.emplace_back(kTraceStateKey, forwarded.trace->state);
    }
  }
  if (call.target->forward_principal && !forwarded.principal.empty()) {
    added.emplace_back("gather-principal", forwarded.principal);
  }
  if (IsGatherMethod(call.method)) {
    added.emplace_back(kHopPathKey, NextHopPath(forwarded.hop_path));
  }
  return added;
}

}  // namespace gather::engine
