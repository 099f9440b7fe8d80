#ifndef GATHER_SERVER_METRICS_HISTOGRAM_H_
#define GATHER_SERVER_METRICS_HISTOGRAM_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "server/metrics/bounds.h"
#include "server/metrics/counter.h"

namespace gather::server {

// What a histogram held when it was looked at, and the sum of several with the same bounds.
struct HistogramValue {
  std::array<std::uint64_t, Bounds::kMaxSize + 1> counts{};  // of each bucket, not cumulative
  double sum = 0;

  HistogramValue& operator+=(const HistogramValue& other) {
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
    sum += other.sum;
    return *this;
  }
};

// How often numbers of which size came. One thread counts; any may read.
class Histogram {
 public:
  // `bounds` outlive this.
  explicit Histogram(const Bounds& bounds) : bounds_(bounds) {}

  void Observe(std::uint64_t value) {
    counts_[bounds_.BucketOf(value)].Add();
    // Nanoseconds of 100,000 sub-calls in flight would run over an integer within days.
    sum_.store(sum_.load(std::memory_order_relaxed) + static_cast<double>(value),
               std::memory_order_relaxed);
  }

  HistogramValue value() const {
    HistogramValue value;
    for (std::size_t i = 0; i < counts_.size(); ++i) value.counts[i] = counts_[i].value();
    value.sum = sum_.load(std::memory_order_relaxed);
    return value;
  }

 private:
  const Bounds& bounds_;
  std::array<Counter, Bounds::kMaxSize + 1> counts_;
  std::atomic<double> sum_{0};
};

}  // namespace gather::server

#endif  // GATHER_SERVER_METRICS_HISTOGRAM_H_
