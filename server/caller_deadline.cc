#include "server/caller_deadline.h"

#include <chrono>

#include "engine/async/grpc_queue.h"

namespace gather::server {
namespace {

engine::Duration MostAdded(engine::Duration left) {
  engine::Duration added{0};
  engine::Duration step = std::chrono::milliseconds(10);
  for (; left >= 100 * step; step *= 10) added = step;
  return added;
}

}  // namespace

engine::Time CallerDeadline(gpr_timespec received, engine::Time now) {
  const engine::Time deadline = engine::FromTimespec(received);
  if (deadline == engine::kNever || deadline <= now) return deadline;
  return deadline - MostAdded(deadline - now);
}

}  // namespace gather::server
