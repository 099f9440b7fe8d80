#ifndef GATHER_CLI_HISTOGRAM_H_
#define GATHER_CLI_HISTOGRAM_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace gather::cli {

// How long things took, however many: a few KiB. Quantiles are right to 5 %.
class Histogram {
 public:
  void Add(absl::Duration duration);

  bool empty() const { return count_ == 0; }

  // The time that this share of all (0 to 1) took at most; of 1 the exact maximum. Zero when empty.
  absl::Duration Quantile(double share) const;

 private:
  // From 1 µs on, each 5 % more than the one before; the last is above three days.
  static constexpr std::size_t kBuckets = 600;

  std::array<std::uint64_t, kBuckets> buckets_ = {};
  std::uint64_t count_ = 0;
  absl::Duration longest_;
};

}  // namespace gather::cli

#endif  // GATHER_CLI_HISTOGRAM_H_
