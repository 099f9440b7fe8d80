#include "engine/caller_metadata.h"

#include "absl/strings/str_join.h"
#include "engine/hop_path.h"
#include "engine/trace_context.h"

namespace gather::engine {

void CallerMetadata::Add(absl::string_view key, absl::string_view value) {
  if (key == kTraceParentKey) trace_parents_.push_back(value);
  if (key == kTraceStateKey) trace_states_.push_back(value);
  if (key == kHopPathKey) hop_paths_.push_back(value);
}

void CallerMetadata::GiveTo(Caller* caller) const {
  if (!trace_parents_.empty()) caller->trace = ReadTraceContext(trace_parents_, trace_states_);
  if (!hop_paths_.empty()) caller->hop_path = absl::StrJoin(hop_paths_, ",");
}

}  // namespace gather::engine
