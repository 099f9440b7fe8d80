#ifndef GATHER_SERVER_METRICS_SUB_CALL_SOURCE_H_
#define GATHER_SERVER_METRICS_SUB_CALL_SOURCE_H_

#include <utility>
#include <vector>

#include "server/metrics/families.h"
#include "server/metrics/worker_metrics.h"

namespace gather::server {

// What all workers have counted of sub-calls, added up by target and method.
class SubCallSource final : public MetricsSource {
 public:
  // The metrics outlive this.
  explicit SubCallSource(std::vector<const WorkerMetrics*> workers)
      : workers_(std::move(workers)) {}

  void AddTo(Families* families) const override;

 private:
  void AddMethods(Families* families) const;
  void AddTargets(Families* families) const;

  const std::vector<const WorkerMetrics*> workers_;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_METRICS_SUB_CALL_SOURCE_H_
