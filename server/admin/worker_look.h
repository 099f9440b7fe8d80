#ifndef GATHER_SERVER_ADMIN_WORKER_LOOK_H_
#define GATHER_SERVER_ADMIN_WORKER_LOOK_H_

#include <cstddef>
#include <functional>
#include <vector>

#include "absl/time/time.h"
#include "engine/engine.h"
#include "engine/live_gather.h"

namespace gather::server {

// What a worker said when it was asked what it is busy with.
struct WorkerLook {
  bool answered = false;
  absl::Duration lag;  // until it came to the question
  engine::LiveView view;
};

// How a worker is asked: calls back on its thread, soon. False: it is ending, and will not.
using LookAtWorker = std::function<bool(std::function<void(const engine::Engine&)>)>;

// Which part of what a worker is busy with is wanted.
struct LookLimits {
  std::size_t gathers = 0;
  std::size_t slots = 0;  // of each gather
};

// Asks all of them at once. Blocks until each has answered, but no longer than `patience`. From any
// thread but theirs.
std::vector<WorkerLook> LookAtAll(const std::vector<LookAtWorker>& workers,
                                  const LookLimits& limits, absl::Duration patience);

}  // namespace gather::server

#endif  // GATHER_SERVER_ADMIN_WORKER_LOOK_H_
