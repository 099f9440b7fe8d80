#ifndef GATHER_SERVER_METRICS_PROCESS_SOURCE_H_
#define GATHER_SERVER_METRICS_PROCESS_SOURCE_H_

#include "server/metrics/families.h"

namespace gather::server {

// What Linux knows of this process, under the names that Prometheus's own clients use.
class ProcessSource final : public MetricsSource {
 public:
  void AddTo(Families* families) const override;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_METRICS_PROCESS_SOURCE_H_
