#include "server/metrics/families.h"

#include <cstddef>
#include <cstdint>
#include <limits>

namespace gather::server {

prometheus::ClientMetric* Family::Add(Labels labels) {
  prometheus::ClientMetric& metric = family_.metric.emplace_back();
  for (const auto& [name, value] : labels) {
    metric.label.push_back({std::string(name), std::string(value)});
  }
  return &metric;
}

void Family::AddCounter(double value, Labels labels) { Add(labels)->counter.value = value; }

void Family::AddGauge(double value, Labels labels) { Add(labels)->gauge.value = value; }

void Family::AddHistogram(const HistogramValue& value, const Bounds& bounds, double per_unit,
                          Labels labels) {
  prometheus::ClientMetric::Histogram& histogram = Add(labels)->histogram;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i <= bounds.size(); ++i) {
    count += value.counts[i];
    const double bound = i == bounds.size() ? std::numeric_limits<double>::infinity()
                                            : static_cast<double>(bounds[i]) / per_unit;
    histogram.bucket.push_back({count, bound});
  }
  histogram.sample_count = count;
  histogram.sample_sum = value.sum / per_unit;
}

Family* Families::Counter(absl::string_view name, absl::string_view help) {
  return Make(name, help, prometheus::MetricType::Counter);
}

Family* Families::Gauge(absl::string_view name, absl::string_view help) {
  return Make(name, help, prometheus::MetricType::Gauge);
}

Family* Families::Histogram(absl::string_view name, absl::string_view help) {
  return Make(name, help, prometheus::MetricType::Histogram);
}

Family* Families::Make(absl::string_view name, absl::string_view help,
                       prometheus::MetricType type) {
  return &families_.emplace_back(
      prometheus::MetricFamily{std::string(name), std::string(help), type, {}});
}

std::vector<prometheus::MetricFamily> Families::Take() {
  std::vector<prometheus::MetricFamily> families;
  for (Family& family : families_) {
    if (!family.family_.metric.empty()) families.push_back(std::move(family.family_));
  }
  families_.clear();
  return families;
}

}  // namespace gather::server
