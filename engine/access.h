#ifndef GATHER_ENGINE_ACCESS_H_
#define GATHER_ENGINE_ACCESS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/method_set.h"
#include "engine/target.h"

namespace gather::engine {

// Who may call what: each of the principals each of the methods of each of the targets. "*" stands
// for everybody, or for all targets; a target that there is not is nobody's.
struct AccessRule {
  std::vector<std::string> principals;
  std::vector<std::string> targets;
  std::vector<std::string> methods;  // as IsMethodPattern() wants them; none: all of the target
};

// What one principal may use.
class Grants {
 public:
  // The methods of the target that may be called; null: none, and the target does not exist as far
  // as this principal can tell.
  const MethodSet* On(const Target& target) const {
    const MethodSet& methods = by_target_[target.index];
    return methods.empty() ? nullptr : &methods;
  }

 private:
  friend class AccessTable;

  std::vector<MethodSet> by_target_;  // what rules and target both allow
};

// All rules of a configuration, made ready for look-ups: what no rule allows is forbidden.
// Immutable once made, so any thread may read it.
//
//   const AccessTable access({{{"web"}, {"users"}, {"/demo.Users/Get"}}}, targets);
//   access.For("web").On(*targets.Find("users"))->Contains("/demo.Users/Get");  // true
class AccessTable {
 public:
  AccessTable(const std::vector<AccessRule>& rules, const TargetTable& targets);

  // What the principal may use; nothing, if no rule speaks of it. Lives as long as the table.
  const Grants& For(absl::string_view principal) const;

  // Whether a rule names it.
  bool Knows(absl::string_view principal) const { return by_principal_.contains(principal); }

 private:
  Grants everybody_;
  absl::flat_hash_map<std::string, Grants> by_principal_;  // what everybody may is in each
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_ACCESS_H_
