#include "engine/limits/recent_values.h"

#include <bit>

namespace gather::engine {
namespace {

constexpr std::uint32_t kFadeAt = 4096;
constexpr int kStepBits = 3;

}  // namespace

void RecentValues::Add(std::uint64_t value) {
  ++counts_[BucketOf(value)];
  if (++total_ == kFadeAt) Fade();
}

RecentValues::Range RecentValues::Quantile(double q) const {
  if (empty()) return {};
  const auto rank = static_cast<std::uint32_t>(q * (total_ - 1));
  std::uint32_t seen = 0;
  std::size_t bucket = 0;
  while ((seen += counts_[bucket]) <= rank) ++bucket;
  return {LowOf(bucket), LowOf(bucket + 1) - 1};
}

// Values below kSteps have a bucket each; above, the highest bit and the kStepBits below it tell.
std::size_t RecentValues::BucketOf(std::uint64_t value) {
  if (value < kSteps) return value;
  const int shift = std::bit_width(value) - 1 - kStepBits;
  return kSteps * static_cast<std::size_t>(shift) + (value >> shift);
}

std::uint64_t RecentValues::LowOf(std::size_t bucket) {
  if (bucket < 2 * kSteps) return bucket;
  const std::size_t shift = bucket / kSteps - 1;
  if (shift >= 64 - kStepBits) return 0;  // one past the largest: wraps as intended
  return (kSteps + bucket % kSteps) << shift;
}

// What one value was in its time is still seen: a rare large one does not vanish at once.
void RecentValues::Fade() {
  total_ = 0;
  for (std::uint16_t& count : counts_) total_ += count /= 2;
}

}  // namespace gather::engine
