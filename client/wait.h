#ifndef GATHER_CLIENT_WAIT_H_
#define GATHER_CLIENT_WAIT_H_

#include <concepts>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gather/task.h"
#include "gather/task_state.h"
#include "gather/wait_for_tasks.h"

namespace gather {

// What Wait() found: each task once, in the order in which they were given.
template <std::derived_from<AnyTask> TaskType>
struct Waited {
  std::vector<TaskType> done;
  std::vector<TaskType> pending;
};

// Blocks until one of the tasks has ended, one has failed, or all have ended; at most `timeout`,
// whose end is no error: what has not ended then is pending. Nothing is cancelled. As asyncio.wait.
//
//   auto waited = gather::Wait(tasks, gather::ReturnWhen::kFirstCompleted, absl::Seconds(1));
//   if (waited.ok()) for (const gather::Task<Ad>& task : waited->done) Show(task.outcome());
//
// Tasks may have ended before and may be of different groups and clients; one that is there twice
// counts once. For tasks of different types give a vector of AnyTask. kInvalidArgument where there
// is no task at all. kFailedPrecondition at once on a worker thread of one of the clients (in a
// continuation without an executor), unless there is nothing to wait for or no time.
template <std::derived_from<AnyTask> TaskType>
absl::StatusOr<Waited<TaskType>> Wait(const std::vector<TaskType>& tasks, ReturnWhen when,
                                      absl::Duration timeout = absl::InfiniteDuration()) {
  if (tasks.empty()) return absl::InvalidArgumentError("tasks: there is none to wait for");
  absl::flat_hash_set<const internal::TaskState*> known;
  std::vector<const TaskType*> each;
  std::vector<internal::TaskState*> states;
  for (const TaskType& task : tasks) {
    if (!known.insert(task.state().get()).second) continue;
    each.push_back(&task);
    states.push_back(task.state().get());
  }
  const absl::Status status = internal::WaitForTasks(states, when, timeout);
  if (!status.ok()) return status;
  Waited<TaskType> waited;
  for (const TaskType* task : each) {
    (task->done() ? waited.done : waited.pending).push_back(*task);
  }
  return waited;
}

}  // namespace gather

#endif  // GATHER_CLIENT_WAIT_H_
