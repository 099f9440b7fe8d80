#include "engine/gather_id.h"

#include <cstdint>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"

namespace gather::engine {

std::string NewGatherId() {
  thread_local absl::BitGen bits;
  return absl::StrCat(absl::Hex(absl::Uniform<std::uint64_t>(bits), absl::kZeroPad16),
                      absl::Hex(absl::Uniform<std::uint64_t>(bits), absl::kZeroPad16));
}

}  // namespace gather::engine
