#include "engine/limits/turn_waiter.h"

namespace gather::engine {

void TurnWaiter::OnPermits() {
  std::lock_guard lock(mutex_);
  if (worker_ == nullptr) return;
  if (worker_->OnThread()) return worker_->Schedule(runnable_);
  worker_->Post([self = shared_from_this()] { self->Schedule(); });
}

// Only this thread closes it, so what is seen here holds.
void TurnWaiter::Schedule() {
  std::lock_guard lock(mutex_);
  if (worker_ != nullptr) worker_->Schedule(runnable_);
}

void TurnWaiter::Close() {
  std::lock_guard lock(mutex_);
  worker_ = nullptr;
}

}  // namespace gather::engine
