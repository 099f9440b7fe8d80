#ifndef GATHER_ENGINE_METADATA_MERGE_H_
#define GATHER_ENGINE_METADATA_MERGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/refusal.h"
#include "gather/v1/gather.pb.h"

namespace gather::engine {

// Whether a key is gRPC's, HTTP's or ours: no request may set it, and no trailer of that name is
// handed on.
bool IsReservedKey(absl::string_view key);

// Whether a key says who somebody is: such a key reaches a backend only where its target lets it
// through, so that no caller can pass for another.
bool IsIdentityKey(absl::string_view key);

// Joins the metadata of a request's defaults with that of each of its calls, and checks the result.
// The defaults are looked at once, so a call costs what its own entries cost. The defaults must
// outlive this.
class MetadataMerge {
 public:
  explicit MetadataMerge(const v1::SubCall& defaults);

  // Appends to `merged` the defaults' entries whose keys the call does not name, then the call's
  // own. Refused with BAD_METADATA: a key or value that is not allowed, more than 64 entries or
  // more than 8 KiB of keys and values together.
  std::optional<Refusal> Merge(const v1::SubCall& call, std::uint32_t index,
                               std::vector<const v1::Metadata*>* merged) const;

 private:
  // One entry of the defaults, and what is wrong with it.
  struct Entry {
    const v1::Metadata* metadata;
    std::string problem;
  };

  std::optional<Refusal> AddDefaults(const v1::SubCall& call, std::uint32_t index,
                                     std::vector<const v1::Metadata*>* merged) const;

  // The defaults' entries that the call's own replace, one bit each.
  std::uint64_t Overridden(const v1::SubCall& call) const;

  const v1::SubCall& defaults_;
  std::vector<Entry> entries_;  // empty when the defaults alone are too many
  absl::flat_hash_map<absl::string_view, std::uint64_t> bits_of_key_;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_METADATA_MERGE_H_
