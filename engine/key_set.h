#ifndef GATHER_ENGINE_KEY_SET_H_
#define GATHER_ENGINE_KEY_SET_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"

namespace gather::engine {

// Keys of metadata, by name or all of them. Immutable once made, so any thread may read it.
class KeySet {
 public:
  // Every key, none of them by name.
  KeySet() = default;

  // Those keys; "*" stands for every key. Of none, no key.
  explicit KeySet(const std::vector<std::string>& keys) : all_(false) {
    for (const std::string& key : keys) {
      if (key == "*") {
        all_ = true;
      } else {
        named_.insert(key);
      }
    }
  }

  bool Contains(absl::string_view key) const { return all_ || named_.contains(key); }

  // Whether the key is in the set by its own name: some must be.
  bool Names(absl::string_view key) const { return named_.contains(key); }

  bool all() const { return all_; }

 private:
  bool all_ = true;
  absl::flat_hash_set<std::string> named_;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_KEY_SET_H_
