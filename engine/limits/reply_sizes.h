#ifndef GATHER_ENGINE_LIMITS_REPLY_SIZES_H_
#define GATHER_ENGINE_LIMITS_REPLY_SIZES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/limits/recent_values.h"

namespace gather::engine {

// How large the replies of each target and method were lately: what the next one is expected to
// take. Not thread-safe: each engine has its own.
class ReplySizes {
 public:
  // A reply has come.
  void Add(absl::string_view target, absl::string_view method, std::uint64_t bytes);

  // The p99 of the method's replies, never more than `most`; `most`, as long as few have come.
  std::uint64_t Expect(absl::string_view target, absl::string_view method, std::uint64_t most);

 private:
  struct Sizes {
    std::string target;
    std::string method;
    RecentValues values;
    std::uint32_t seen = 0;
    std::uint64_t p99 = 0;
  };

  // Methods that callers make up must not fill the memory.
  static constexpr std::size_t kMostMethods = 1'000;

  Sizes* Find(absl::string_view target, absl::string_view method);

  absl::flat_hash_map<std::string, std::unique_ptr<Sizes>> sizes_;
  Sizes* last_ = nullptr;  // found: the calls of a gather often are of one method
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_LIMITS_REPLY_SIZES_H_
