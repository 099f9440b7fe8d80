#ifndef BENCHMARKS_PERCENTILE_H_
#define BENCHMARKS_PERCENTILE_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace gather::benchmarks {

// The nearest-rank percentile: the least of `values` that at least `percent` per cent of them do
// not exceed. `values` are in ascending order, at least one.
template <typename T>
T Percentile(const std::vector<T>& values, double percent) {
  const double rank = std::ceil(percent / 100 * static_cast<double>(values.size()));
  return values[static_cast<size_t>(std::max(rank, 1.0)) - 1];
}

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_PERCENTILE_H_
