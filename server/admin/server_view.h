#ifndef GATHER_SERVER_ADMIN_SERVER_VIEW_H_
#define GATHER_SERVER_ADMIN_SERVER_VIEW_H_

#include <functional>
#include <memory>
#include <vector>

#include "server/admin/worker_look.h"
#include "server/config/configuration.h"
#include "server/counters.h"
#include "server/metrics/worker_metrics.h"

namespace gather::server {

// What the admin listener can see of the server. Everything may be asked from any thread.
struct ServerView {
  std::vector<LookAtWorker> workers;
  std::vector<const WorkerMetrics*> metrics;  // of each worker
  const Counters* counters = nullptr;
  std::function<std::shared_ptr<const Configuration>()> configuration;
  std::function<bool()> draining;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_ADMIN_SERVER_VIEW_H_
