#include "gather/task_state.h"

#include "gather/decision_status.h"
#include "gather/reaction.h"

namespace gather::internal {

void TaskState::Cancel() {
  if (done()) return;
  const std::shared_ptr<TaskOwner> owner = owner_.lock();
  if (owner != nullptr) owner->CancelTask(call_.name.index);
}

void TaskState::NoteSeen() {
  if (!done() || seen_.exchange(true)) return;
  if (!IsRealFailure(facts().proto())) return;
  const std::shared_ptr<TaskOwner> owner = owner_.lock();
  if (owner != nullptr) owner->OnFailureSeen(call_.name.index);
}

bool TaskState::Follow(const void* key, absl::AnyInvocable<void()>* continuation) {
  return Add(key, /*watches=*/false, continuation);
}

bool TaskState::Watch(const void* key, absl::AnyInvocable<void()>* watcher) {
  return Add(key, /*watches=*/true, watcher);
}

bool TaskState::Add(const void* key, bool watches, absl::AnyInvocable<void()>* run) {
  const std::lock_guard lock(mutex_);
  if (done()) return false;
  followers_.push_back({key, watches, std::move(*run)});
  return true;
}

void TaskState::Drop(const void* key) {
  std::vector<Follower> dropped;  // destroyed outside the mutex
  const std::lock_guard lock(mutex_);
  for (auto follower = followers_.begin(); follower != followers_.end();) {
    if (follower->key != key) {
      ++follower;
      continue;
    }
    dropped.push_back(std::move(*follower));
    follower = followers_.erase(follower);
  }
}

void TaskState::Dispatch(absl::AnyInvocable<void()> work) {
  dispatcher_->Dispatch(KeepingOpen(std::move(work)));
}

void TaskState::Finish(v1::Outcome outcome) {
  const std::shared_ptr<TaskState> self = shared_from_this();  // a continuation may end the rest
  std::vector<Follower> followers;
  {
    const std::lock_guard lock(mutex_);
    Store(std::move(outcome));
    done_.store(true, std::memory_order_release);
    followers.swap(followers_);
  }
  for (Follower& follower : followers) {
    if (follower.watches) follower.run();
  }
  for (Follower& follower : followers) {
    if (follower.watches) continue;
    // What runs here and now does so while the task still keeps the group open.
    dispatcher_->DispatchFromWorker(dispatcher_->has_executor()
                                        ? KeepingOpen(std::move(follower.run))
                                        : std::move(follower.run));
  }
}

// What is run later may add to the group, too.
absl::AnyInvocable<void()> TaskState::KeepingOpen(absl::AnyInvocable<void()> work) const {
  const std::shared_ptr<TaskOwner> owner = owner_.lock();
  if (owner == nullptr) return work;
  return [owner = owner.get(), open = owner->KeepOpen(), work = std::move(work)]() mutable {
    {
      const Reaction reaction(owner);
      work();
      work = nullptr;
    }
    open.reset();
  };
}

}  // namespace gather::internal
