#ifndef GATHER_SERVER_METRICS_COLLECTOR_H_
#define GATHER_SERVER_METRICS_COLLECTOR_H_

#include <string>
#include <utility>
#include <vector>

#include "prometheus/collectable.h"
#include "prometheus/metric_family.h"
#include "server/metrics/families.h"

namespace gather::server {

// All that a server has to tell, looked at when somebody asks for it. From any thread.
class MetricsCollector final : public prometheus::Collectable {
 public:
  // The sources outlive this.
  explicit MetricsCollector(std::vector<const MetricsSource*> sources)
      : sources_(std::move(sources)) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const std::vector<const MetricsSource*> sources_;
};

// Prometheus's text format, version 0.0.4.
std::string MetricsText(const prometheus::Collectable& collectable);

}  // namespace gather::server

#endif  // GATHER_SERVER_METRICS_COLLECTOR_H_
