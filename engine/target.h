#ifndef GATHER_ENGINE_TARGET_H_
#define GATHER_ENGINE_TARGET_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/async/time.h"
#include "engine/channel_settings.h"
#include "engine/key_set.h"
#include "engine/limits/target_limits.h"
#include "engine/limits/target_permits.h"
#include "engine/method_set.h"

namespace gather::engine {

// A backend that sub-calls may name: what the configuration says of it. Immutable. As it is made
// here, without a configuration, all is let through but what says who somebody is.
struct Target {
  std::string name;  // what requests write
  ChannelSettings channel;

  // Channels of one worker, at most; there is one more when each carries so many calls.
  std::uint32_t max_connections = 1;
  std::uint32_t streams_per_connection = 100;
  bool wait_for_ready = false;  // calls wait for a connection

  MethodSet methods;                                 // that may be called
  MethodSet idempotent_methods = MethodSet::None();  // that may run twice without harm
  KeySet request_metadata;         // that reaches the backend; identity by name only
  KeySet response_metadata;        // trailers that reach the caller
  bool forward_principal = false;  // the backend is told who asks

  std::optional<Duration> default_timeout;  // of sub-calls that name none
  Duration max_timeout = Duration::max();   // longer ones are clamped
  TargetLimits limits;

  // Set by the table. `index` is the place in it. Targets of a table and of those that it follows
  // have the same `channel_id` exactly when they are called alike and their channels are made
  // alike: then they share them.
  std::size_t index = 0;
  std::size_t channel_id = 0;

  // What sub-calls take while they are in flight, if there are limits; else null. A table has those
  // of the one that it follows.
  std::shared_ptr<TargetPermits> permits;
};

// The named targets of one engine. Immutable once made, so any thread may read it.
class TargetTable {
 public:
  TargetTable() = default;

  // Takes the targets in order. kInvalidArgument names the one that is a duplicate, has a name
  // outside [A-Za-z0-9][A-Za-z0-9._-]{0,62}, or has an empty address. `previous` is the table that
  // this one follows, or null.
  static absl::StatusOr<TargetTable> FromTargets(std::vector<Target> targets,
                                                 const TargetTable* previous);

  // The same, of name/address pairs with nothing else said about them.
  static absl::StatusOr<TargetTable> Create(
      const std::vector<std::pair<std::string, std::string>>& targets);

  // Permits that were there before this table have its limits from now on.
  void ApplyLimits() const;

  // Limits the target of that name, which must be there. Before anybody else has the table.
  void SetPermits(absl::string_view name, std::shared_ptr<TargetPermits> permits);

  // The target of that name, or null. The pointer lives as long as the table.
  const Target* Find(absl::string_view name) const;

  const std::vector<std::unique_ptr<const Target>>& all() const { return targets_; }

 private:
  std::vector<std::unique_ptr<const Target>> targets_;
  absl::flat_hash_map<absl::string_view, const Target*> by_name_;
  std::size_t channel_ids_ = 0;  // how many were ever given
};

// Whether `name` has the form of a target's name.
bool IsTargetName(absl::string_view name);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_TARGET_H_
