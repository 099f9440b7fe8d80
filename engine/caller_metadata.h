#ifndef GATHER_ENGINE_CALLER_METADATA_H_
#define GATHER_ENGINE_CALLER_METADATA_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/caller.h"

namespace gather::engine {

// Picks out of the metadata of a caller's RPC what the engine uses: trace context and hop path. All
// else is looked at no further, and none of it is handed on to backends.
//
//   CallerMetadata metadata;
//   for (const auto& [key, value] : rpc) metadata.Add(key, value);
//   metadata.GiveTo(&caller);
//
// What is added must live until GiveTo().
class CallerMetadata {
 public:
  // An entry, in the order of arrival.
  void Add(absl::string_view key, absl::string_view value);

  void GiveTo(Caller* caller) const;

 private:
  std::vector<absl::string_view> trace_parents_;
  std::vector<absl::string_view> trace_states_;
  std::vector<absl::string_view> hop_paths_;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_CALLER_METADATA_H_
