#include "cli/histogram.h"

#include <algorithm>
#include <cmath>

namespace gather::cli {
namespace {

constexpr double kGrowth = 1.05;

}  // namespace

void Histogram::Add(absl::Duration duration) {
  const double micros = std::max(absl::ToDoubleMicroseconds(duration), 1.0);
  const double place = std::ceil(std::log(micros) / std::log(kGrowth));
  ++buckets_[static_cast<std::size_t>(std::min(place, static_cast<double>(kBuckets - 1)))];
  ++count_;
  longest_ = std::max(longest_, duration);
}

absl::Duration Histogram::Quantile(double share) const {
  const double wanted = share * static_cast<double>(count_);
  double seen = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += static_cast<double>(buckets_[i]);
    if (seen < wanted || buckets_[i] == 0) continue;
    const double micros = std::pow(kGrowth, static_cast<double>(i));
    return std::min(absl::Microseconds(micros), longest_);
  }
  return longest_;
}

}  // namespace gather::cli
