#include "server/admin/worker_look.h"

#include <chrono>
#include <future>
#include <memory>
#include <utility>

#include "absl/time/clock.h"

namespace gather::server {
namespace {

using Promise = std::promise<WorkerLook>;

// Null: the worker is ending.
std::shared_ptr<Promise> Ask(const LookAtWorker& worker, const LookLimits& limits) {
  auto promise = std::make_shared<Promise>();
  const absl::Time asked = absl::Now();
  const bool asking = worker([promise, asked, limits](const engine::Engine& engine) {
    promise->set_value({true, absl::Now() - asked, engine.Describe(limits.gathers, limits.slots)});
  });
  return asking ? promise : nullptr;
}

}  // namespace

std::vector<WorkerLook> LookAtAll(const std::vector<LookAtWorker>& workers,
                                  const LookLimits& limits, absl::Duration patience) {
  const auto until = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(patience);
  std::vector<std::shared_ptr<Promise>> asked;
  asked.reserve(workers.size());
  for (const LookAtWorker& worker : workers) asked.push_back(Ask(worker, limits));
  std::vector<WorkerLook> looks;
  for (const auto& promise : asked) {
    WorkerLook look;
    look.lag = patience;
    if (promise != nullptr) {
      std::future<WorkerLook> answer = promise->get_future();
      if (answer.wait_until(until) == std::future_status::ready) look = answer.get();
    }
    looks.push_back(std::move(look));
  }
  return looks;
}

}  // namespace gather::server
