#include "gather/outstanding.h"

#include <utility>
#include <vector>

namespace gather::internal {

void OutstandingSet::Add(const std::shared_ptr<Outstanding>& work) {
  bool ending = false;
  {
    const std::lock_guard lock(mutex_);
    works_.emplace(work.get(), work);
    ending = ending_;
  }
  if (ending) work->Cancel();
}

void OutstandingSet::Remove(Outstanding* work) {
  std::shared_ptr<Outstanding> removed;  // destroyed without the lock
  const std::lock_guard lock(mutex_);
  const auto found = works_.find(work);
  removed = std::move(found->second);
  works_.erase(found);
  if (works_.empty()) emptied_.notify_all();
}

void OutstandingSet::CancelAndAwait() {
  std::vector<std::shared_ptr<Outstanding>> works;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    for (const auto& [key, work] : works_) works.push_back(work);
  }
  for (const auto& work : works) work->Cancel();
  works.clear();
  std::unique_lock lock(mutex_);
  emptied_.wait(lock, [this] { return works_.empty(); });
}

}  // namespace gather::internal
