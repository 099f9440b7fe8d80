#ifndef GATHER_SERVER_METRICS_BOUNDS_H_
#define GATHER_SERVER_METRICS_BOUNDS_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace gather::server {

// The upper bounds of a histogram's buckets, ascending; behind the last one there is a bucket
// without a bound. Made at compile time:
//
//   constexpr Bounds kBytes({64, 1024, 16384});
class Bounds {
 public:
  static constexpr std::size_t kMaxSize = 20;

  template <std::size_t kSize>
  constexpr explicit Bounds(const std::uint64_t (&upper)[kSize]) : size_(kSize) {
    static_assert(kSize <= kMaxSize);
    std::copy(upper, upper + kSize, upper_.begin());
    upper_[kSize] = std::numeric_limits<std::uint64_t>::max();
    for (std::size_t width = 1; width < first_.size(); ++width) {
      const std::uint64_t least = std::uint64_t{1} << (width - 1);
      first_[width] = first_[width - 1];
      while (upper_[first_[width]] < least) ++first_[width];
    }
  }

  // How many bounds there are: one fewer than buckets.
  constexpr std::size_t size() const { return size_; }
  constexpr std::uint64_t operator[](std::size_t bucket) const { return upper_[bucket]; }

  // The first bucket whose bound is not below `value`. A few instructions: the number's magnitude
  // says where to look.
  constexpr std::size_t BucketOf(std::uint64_t value) const {
    std::size_t bucket = first_[static_cast<std::size_t>(std::bit_width(value))];
    while (value > upper_[bucket]) ++bucket;
    return bucket;
  }

 private:
  std::size_t size_;
  std::array<std::uint64_t, kMaxSize + 1> upper_{};
  std::array<std::uint8_t, 65> first_{};  // by bit width: the bucket of its least number
};

}  // namespace gather::server

#endif  // GATHER_SERVER_METRICS_BOUNDS_H_
