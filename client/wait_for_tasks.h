#ifndef GATHER_CLIENT_WAIT_FOR_TASKS_H_
#define GATHER_CLIENT_WAIT_FOR_TASKS_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gather/task_state.h"
#include "gather/v1/gather.pb.h"

namespace gather {

// When Wait() returns, if not by its timeout.
enum class ReturnWhen {
  kFirstCompleted,  // when one has ended, however it did
  kFirstException,  // when one has failed, or all have ended; cancelled ones have not failed
  kAllCompleted,
};

namespace internal {

// Blocks until `when` holds of the tasks or the time is up, which is no error. No task is null;
// none is there twice. kFailedPrecondition at once on a worker thread of one of them, unless there
// is nothing to wait for.
absl::Status WaitForTasks(const std::vector<TaskState*>& tasks, ReturnWhen when,
                          absl::Duration timeout);

// The same for one, without end.
absl::Status WaitForTask(TaskState& task);

// What a task is told to be whose outcome cannot be waited for here.
v1::Outcome OutcomeElsewhere(const TaskState& task, const absl::Status& why);

// Ends the program unless the task is done.
void CheckDone(const TaskState& task);

}  // namespace internal
}  // namespace gather

#endif  // GATHER_CLIENT_WAIT_FOR_TASKS_H_
