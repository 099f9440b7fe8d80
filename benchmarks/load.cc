#include "benchmarks/load.h"

#include <algorithm>
#include <utility>

#include "benchmarks/percentile.h"

namespace gather::benchmarks {

LoadTimes Summarize(absl::Duration wall, std::vector<absl::Duration> each, Errors errors) {
  std::sort(each.begin(), each.end());
  return {.wall = wall,
          .p50 = Percentile(each, 50),
          .p90 = Percentile(each, 90),
          .p99 = Percentile(each, 99),
          .errors = std::move(errors)};
}

}  // namespace gather::benchmarks
