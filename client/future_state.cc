#include "gather/future_state.h"

#include <utility>

namespace gather::internal {

absl::Status GivenAwayError() {
  return absl::FailedPreconditionError("the answer was given to somebody else already");
}

bool FutureState::answered() const {
  const std::lock_guard lock(mutex_);
  return answered_;
}

absl::Status FutureState::Wait() {
  const bool would_wait_for_itself = dispatcher_.OnWorkerThread();
  std::unique_lock lock(mutex_);
  if (claimed_) return GivenAwayError();
  if (!answered_ && would_wait_for_itself) return OnWorkerThreadError();
  answer_came_.wait(lock, [this] { return answered_; });
  return absl::OkStatus();
}

bool FutureState::Claim() {
  const std::lock_guard lock(mutex_);
  return !std::exchange(claimed_, true);
}

void FutureState::OnAnswer(absl::AnyInvocable<void()> continuation) {
  {
    const std::lock_guard lock(mutex_);
    if (!answered_) {
      continuation_ = std::move(continuation);
      return;
    }
  }
  Dispatch(std::move(continuation));
}

void FutureState::DropContinuation() {
  absl::AnyInvocable<void()> dropped;
  const std::lock_guard lock(mutex_);
  dropped.swap(continuation_);
}

void FutureState::AwaitAnswer() {
  std::unique_lock lock(mutex_);
  answer_came_.wait(lock, [this] { return answered_; });
}

void FutureState::Answer(absl::FunctionRef<void()> store) {
  const std::shared_ptr<FutureState> self = weak_from_this().lock();  // until who waits was woken
  absl::AnyInvocable<void()> continuation;
  {
    const std::lock_guard lock(mutex_);
    store();
    answered_ = true;
    continuation.swap(continuation_);
  }
  answer_came_.notify_all();  // outside the lock, or who is woken waits for it at once
  if (continuation != nullptr) dispatcher_.DispatchFromWorker(std::move(continuation));
}

}  // namespace gather::internal
