#ifndef GATHER_ENGINE_LIMITS_TURN_WAITER_H_
#define GATHER_ENGINE_LIMITS_TURN_WAITER_H_

#include <memory>
#include <mutex>

#include "engine/async/worker.h"
#include "engine/limits/permit_waiter.h"

namespace gather::engine {

// Gives a runnable a turn on its worker when there are permits for it, whichever thread has freed
// them: on another than the worker's, by way of the worker's inbox.
class TurnWaiter final : public PermitWaiter, public std::enable_shared_from_this<TurnWaiter> {
 public:
  TurnWaiter(Worker* worker, Runnable* runnable) : worker_(worker), runnable_(runnable) {}

  void OnPermits() override;

  // Nothing is touched any more, nor the worker. On the worker's thread, before either goes.
  void Close();

 private:
  void Schedule();

  std::mutex mutex_;
  Worker* worker_;  // null: closed
  Runnable* const runnable_;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_LIMITS_TURN_WAITER_H_
