#ifndef GATHER_ENGINE_METHOD_SET_H_
#define GATHER_ENGINE_METHOD_SET_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"

namespace gather::engine {

// Methods by name, or whole services. Immutable once made, so any thread may read it.
//
//   const MethodSet reads({"/demo.Users/Get", "/demo.Search/*"});
//   reads.Contains("/demo.Search/Find");  // true
class MethodSet {
 public:
  // Every method.
  MethodSet() = default;

  // Those of the patterns, each as IsMethodPattern() wants it; of none, every method.
  explicit MethodSet(const std::vector<std::string>& patterns);

  // No method at all.
  static MethodSet None();

  bool Contains(absl::string_view method) const;

  // Whether every method of the pattern is in the set.
  bool Covers(absl::string_view pattern) const;

  bool all() const { return all_; }
  bool empty() const { return !all_ && patterns_.empty(); }

  // What it was made of, in order; empty for every method.
  const std::vector<std::string>& patterns() const { return patterns_; }

  friend bool operator==(const MethodSet& a, const MethodSet& b) {
    return a.all_ == b.all_ && a.patterns_ == b.patterns_;
  }

 private:
  bool all_ = true;
  std::vector<std::string> patterns_;
  absl::flat_hash_set<std::string> methods_;
  absl::flat_hash_set<std::string> services_;  // "/package.Service/"
};

// Whether `pattern` is /package.Service/Method, or /package.Service/* for all of a service.
bool IsMethodPattern(absl::string_view pattern);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_METHOD_SET_H_
