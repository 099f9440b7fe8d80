#ifndef GATHER_ENGINE_LIMITS_RECENT_VALUES_H_
#define GATHER_ENGINE_LIMITS_RECENT_VALUES_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace gather::engine {

// How values were distributed lately: latencies, sizes. Knows them to an eighth, in a kilobyte;
// what was seen some thousand values ago has faded. Not thread-safe.
class RecentValues {
 public:
  void Add(std::uint64_t value);

  // Nothing has been seen yet.
  bool empty() const { return total_ == 0; }

  // Between which two values the q-th of all lies (0.5: the median). Both 0 when empty.
  struct Range {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
  };
  Range Quantile(double q) const;

 private:
  static constexpr std::size_t kSteps = 8;  // to each power of two
  static constexpr std::size_t kBuckets = kSteps * 62;

  static std::size_t BucketOf(std::uint64_t value);
  static std::uint64_t LowOf(std::size_t bucket);
  void Fade();

  std::array<std::uint16_t, kBuckets> counts_{};
  std::uint32_t total_ = 0;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_LIMITS_RECENT_VALUES_H_
