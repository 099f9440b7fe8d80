#include "gather/testing/script_worker.h"

#include <utility>

namespace gather::testing::internal {

void ScriptWorker::Finish() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    work_came_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void ScriptWorker::Post(absl::AnyInvocable<void()> work) {
  const std::lock_guard lock(mutex_);
  work_.push_back(std::move(work));
  work_came_.notify_all();
}

void ScriptWorker::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    work_came_.wait(lock, [this] { return !work_.empty() || ending_; });
    if (work_.empty()) return;
    absl::AnyInvocable<void()> piece = std::move(work_.front());
    work_.pop_front();
    lock.unlock();
    piece();
    piece = nullptr;
    lock.lock();
  }
}

}  // namespace gather::testing::internal
