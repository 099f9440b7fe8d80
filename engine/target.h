#ifndef GATHER_ENGINE_TARGET_H_
#define GATHER_ENGINE_TARGET_H_

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace gather::engine {

// A backend that sub-calls may name: what the configuration says of it. Immutable.
struct Target {
  std::string name;       // what requests write
  std::string address;    // what gRPC dials: host:port, dns:///…, unix:…, ipv4:…
  std::size_t index = 0;  // its place in the table; workers keep one channel per index
};

// The named targets of one engine. Immutable once made, so any thread may read it.
class TargetTable {
 public:
  // Takes name/address pairs in order. kInvalidArgument names the pair that is a duplicate, has a
  // name outside [A-Za-z0-9][A-Za-z0-9._-]{0,62}, or has an empty address.
  static absl::StatusOr<TargetTable> Create(
      const std::vector<std::pair<std::string, std::string>>& targets);

  // The target of that name, or null. The pointer lives as long as the table.
  const Target* Find(absl::string_view name) const;

  const std::vector<std::unique_ptr<const Target>>& all() const { return targets_; }

 private:
  std::vector<std::unique_ptr<const Target>> targets_;
  absl::flat_hash_map<absl::string_view, const Target*> by_name_;
};

// Whether `name` has the form of a target's name.
bool IsTargetName(absl::string_view name);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_TARGET_H_
