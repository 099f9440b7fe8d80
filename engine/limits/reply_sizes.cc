#include "engine/limits/reply_sizes.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace gather::engine {
namespace {

constexpr std::uint32_t kFew = 16;

}  // namespace

void ReplySizes::Add(absl::string_view target, absl::string_view method, std::uint64_t bytes) {
  std::string key = absl::StrCat(target, method);
  auto found = sizes_.find(key);
  if (found == sizes_.end()) {
    if (sizes_.size() == kMostMethods) return;
    found = sizes_.emplace(std::move(key), std::make_unique<Sizes>()).first;
  }
  Sizes& sizes = *found->second;
  sizes.values.Add(bytes);
  if (++sizes.seen % kFew == 0) sizes.p99 = sizes.values.Quantile(0.99).high;
}

std::uint64_t ReplySizes::Expect(absl::string_view target, absl::string_view method,
                                 std::uint64_t most) const {
  const auto found = sizes_.find(absl::StrCat(target, method));
  if (found == sizes_.end() || found->second->seen < kFew) return most;
  return std::min(found->second->p99, most);
}

}  // namespace gather::engine
