#ifndef GATHER_SERVER_METRICS_GATHER_SOURCE_H_
#define GATHER_SERVER_METRICS_GATHER_SOURCE_H_

#include <utility>
#include <vector>

#include "server/metrics/families.h"
#include "server/metrics/worker_metrics.h"

namespace gather::server {

// What all workers have counted of gathers, added up.
class GatherSource final : public MetricsSource {
 public:
  // The metrics outlive this.
  explicit GatherSource(std::vector<const WorkerMetrics*> workers) : workers_(std::move(workers)) {}

  void AddTo(Families* families) const override;

 private:
  void AddRefusals(Families* families) const;

  const std::vector<const WorkerMetrics*> workers_;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_METRICS_GATHER_SOURCE_H_
