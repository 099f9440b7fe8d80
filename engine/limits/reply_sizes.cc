#include "engine/limits/reply_sizes.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace gather::engine {
namespace {

constexpr std::uint32_t kFew = 16;

}  // namespace

void ReplySizes::Add(absl::string_view target, absl::string_view method, std::uint64_t bytes) {
  Sizes* sizes = Find(target, method);
  if (sizes == nullptr) {
    if (sizes_.size() == kMostMethods) return;
    auto added = std::make_unique<Sizes>();
    sizes = last_ = added.get();
    sizes->target = std::string(target);
    sizes->method = std::string(method);
    sizes_.emplace(absl::StrCat(target, method), std::move(added));
  }
  sizes->values.Add(bytes);
  if (++sizes->seen % kFew == 0) sizes->p99 = sizes->values.Quantile(0.99).high;
}

std::uint64_t ReplySizes::Expect(absl::string_view target, absl::string_view method,
                                 std::uint64_t most) {
  const Sizes* const sizes = Find(target, method);
  if (sizes == nullptr || sizes->seen < kFew) return most;
  return std::min(sizes->p99, most);
}

ReplySizes::Sizes* ReplySizes::Find(absl::string_view target, absl::string_view method) {
  if (last_ != nullptr && last_->method == method && last_->target == target) return last_;
  const auto found = sizes_.find(absl::StrCat(target, method));
  if (found == sizes_.end()) return nullptr;
  last_ = found->second.get();
  return last_;
}

}  // namespace gather::engine
