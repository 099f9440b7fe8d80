#ifndef GATHER_SERVER_METRICS_FAMILIES_H_
#define GATHER_SERVER_METRICS_FAMILIES_H_

#include <deque>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "prometheus/client_metric.h"
#include "prometheus/metric_family.h"
#include "server/metrics/bounds.h"
#include "server/metrics/histogram.h"

namespace gather::server {

// One metric with all its series, while a scrape is answered.
class Family {
 public:
  using Labels = std::initializer_list<std::pair<absl::string_view, absl::string_view>>;

  explicit Family(prometheus::MetricFamily family) : family_(std::move(family)) {}

  void AddCounter(double value, Labels labels = {});
  void AddGauge(double value, Labels labels = {});

  // `per_unit`: how many of the histogram's numbers make one of the metric's unit.
  void AddHistogram(const HistogramValue& value, const Bounds& bounds, double per_unit,
                    Labels labels = {});

 private:
  friend class Families;

  prometheus::ClientMetric* Add(Labels labels);

  prometheus::MetricFamily family_;
};

// What one scrape is answered with.
//
//   families.Counter("gather_clamped_total", "Gathers that …")->AddCounter(3);
class Families {
 public:
  // The family lives as long as this.
  Family* Counter(absl::string_view name, absl::string_view help);
  Family* Gauge(absl::string_view name, absl::string_view help);
  Family* Histogram(absl::string_view name, absl::string_view help);

  // Those that have a series, in the order in which they were made.
  std::vector<prometheus::MetricFamily> Take();

 private:
  Family* Make(absl::string_view name, absl::string_view help, prometheus::MetricType type);

  std::deque<Family> families_;
};

// Has something to tell at each scrape.
class MetricsSource {
 public:
  // From the admin listener's threads, several at once.
  virtual void AddTo(Families* families) const = 0;

 protected:
  ~MetricsSource() = default;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_METRICS_FAMILIES_H_
