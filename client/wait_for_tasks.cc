#include "gather/wait_for_tasks.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "gather/decision_status.h"
#include "gather/dispatcher.h"
#include "gather/lost_outcome.h"

namespace gather::internal {
namespace {

// Beyond it a clock could not be added to.
constexpr absl::Duration kLongest = absl::Hours(24 * 365 * 10);

// Counts the tasks that end while somebody waits; lives as long as one of them may tell it.
class Waiter {
 public:
  Waiter(std::size_t tasks, ReturnWhen when) : left_(tasks), when_(when) {}

  void OnDone(const TaskState& task) {
    const bool failed = IsRealFailure(task.facts().proto());
    const std::lock_guard lock(mutex_);
    --left_;
    over_ = over_ || left_ == 0 || when_ == ReturnWhen::kFirstCompleted ||
            (when_ == ReturnWhen::kFirstException && failed);
    if (over_) over_came_.notify_all();
  }

  bool over() const {
    const std::lock_guard lock(mutex_);
    return over_;
  }

  void Await(absl::Duration timeout) {
    std::unique_lock lock(mutex_);
    if (timeout > kLongest) {
      over_came_.wait(lock, [this] { return over_; });
    } else {
      over_came_.wait_for(lock, absl::ToChronoNanoseconds(timeout), [this] { return over_; });
    }
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable over_came_;
  std::size_t left_;
  const ReturnWhen when_;
  bool over_ = false;
};

bool OnWorkerThread(const std::vector<TaskState*>& tasks) {
  for (const TaskState* task : tasks) {
    if (!task->done() && task->OnWorkerThread()) return true;
  }
  return false;
}

}  // namespace

absl::Status WaitForTasks(const std::vector<TaskState*>& tasks, ReturnWhen when,
                          absl::Duration timeout) {
  const auto waiter = std::make_shared<Waiter>(tasks.size(), when);
  for (TaskState* task : tasks) {
    absl::AnyInvocable<void()> watcher = [waiter, task] { waiter->OnDone(*task); };
    if (!task->Watch(waiter.get(), &watcher)) waiter->OnDone(*task);
  }
  const bool blocks = !waiter->over() && timeout > absl::ZeroDuration();
  const bool for_itself = blocks && OnWorkerThread(tasks);
  if (blocks && !for_itself) waiter->Await(timeout);
  for (TaskState* task : tasks) task->Drop(waiter.get());
  return for_itself ? OnWorkerThreadError() : absl::OkStatus();
}

absl::Status WaitForTask(TaskState& task) {
  if (task.done()) return absl::OkStatus();
  return WaitForTasks({&task}, ReturnWhen::kAllCompleted, absl::InfiniteDuration());
}

v1::Outcome OutcomeElsewhere(const TaskState& task, const absl::Status& why) {
  v1::Outcome outcome;
  outcome.set_index(task.call().name.index);
  outcome.set_id(task.call().name.id);
  AccountForLoss(why, Fate::kElsewhere, &outcome);
  return outcome;
}

void CheckDone(const TaskState& task) {
  if (task.done()) return;
  std::fprintf(stderr, "gather: %s has not ended, but its outcome was asked for\n",
               ToString(task.call().name).c_str());
  std::abort();
}

}  // namespace gather::internal
