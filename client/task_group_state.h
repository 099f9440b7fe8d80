#ifndef GATHER_CLIENT_TASK_GROUP_STATE_H_
#define GATHER_CLIENT_TASK_GROUP_STATE_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gather/call_description.h"
#include "gather/caller_stop.h"
#include "gather/connection.h"
#include "gather/dispatcher.h"
#include "gather/future_state.h"
#include "gather/options.h"
#include "gather/summary.h"
#include "gather/task_group_ending.h"
#include "gather/task_group_tally.h"
#include "gather/task_group_unseen.h"
#include "gather/task_state.h"
#include "gather/v1/gather.pb.h"

namespace gather {

// Takes one line, without its end, about a failure that nobody looked at. From any thread.
using TaskGroupLog = std::function<void(absl::string_view line)>;

namespace internal {

class TaskGroupWait;

// A group from the client's side: which tasks have not ended, and what the others did. Memory is
// that of the tasks which have not ended, and a bounded rest. Thread-safe. Kept alive by its handle
// and, until the end, by the connection; does not keep the connection alive.
//
//   open ──(Join(), or idle after Wait())──▶ joined ──(OnEnd())──▶ ended ──▶ finished
//     └──────────────────────────(OnEnd(), a refusal)──────────────▲
//
// Ended: nothing more is sent or heard. Finished: every task has its outcome, too, and what it is
// continued with on the worker has run.
class TaskGroupState final : public StreamSink,
                             public TaskOwner,
                             public std::enable_shared_from_this<TaskGroupState> {
 public:
  // Opens a group, unless it is refused or cancelled already: then it is finished from the start.
  static std::shared_ptr<TaskGroupState> Open(const std::shared_ptr<Connection>& connection,
                                              const Options& options, TaskGroupLog log);

  const std::shared_ptr<const Dispatcher>& dispatcher() const { return dispatcher_; }

  // Adds a sub-call whose outcome goes to `task`, which is new; where the group takes no more, that
  // is its outcome at once.
  void Spawn(const std::shared_ptr<TaskState>& task, CallDescription call);

  // Lets the group end and blocks until it is finished. See TaskGroup::Wait().
  absl::Status Wait();

  // The same without blocking: answered when the group is finished.
  std::shared_ptr<TaskGroupWait> StartWait();

  // When finished: the status, for somebody who looks at it.
  absl::Status TakeStatus();

  void Join();
  void EndEarly();
  void Cancel();

  // When finished; until then all zero.
  Summary summary() const;

  // The handle goes. See ~TaskGroup().
  void Abandon();

  void CancelTask(std::uint32_t index) override;
  void OnFailureSeen(std::uint32_t index) override;
  std::shared_ptr<void> KeepOpen() override;

  void OnOpened(std::string gather_id) override;
  void OnOutcome(v1::Outcome outcome) override;
  void OnSummary(v1::Summary summary) override;
  void OnEnd(absl::Status status) override;

 private:
  TaskGroupState(const std::shared_ptr<Connection>& connection, const Options& options,
                 v1::Policy policy, TaskGroupLog log);

  void Start(Connection& connection, const Options& options, v1::Open open,
             const GatherContext& context);
  void Refuse(absl::Status refusal);

  bool TakeIn(const std::shared_ptr<TaskState>& task, const CallDescription& call);
  absl::Status ProblemOf(const CallDescription& call, std::uint32_t index) const;
  std::shared_ptr<TaskState> TakeOut(std::uint32_t index);
  void Finish(TaskState& task, v1::Outcome outcome);
  void FinishUnaccounted(TaskState& task, const TaskGroupEnding& ending, bool sent);
  void Break(absl::Status breach);

  void LetEnd();
  void Release();
  void SendJoin(bool only_if_idle);
  void Log();

  const std::string name_;
  const TaskGroupLog log_;
  const std::shared_ptr<const Dispatcher> dispatcher_;
  CallerStop caller_stop_;

  // Held while something is sent, so that sub-calls are added in the order of their indexes. Taken
  // before `mutex_`; the seam never calls back from inside a method.
  std::mutex send_mutex_;
  std::unique_ptr<PendingGroup> pending_;  // null: not yet, or no longer
  bool cancelled_ = false;                 // written under both

  mutable std::mutex mutex_;  // for what follows; std's, as a race detector sees through it
  std::condition_variable finish_came_;
  TaskGroupTally tally_;
  TaskGroupUnseen unseen_;
  absl::flat_hash_map<std::uint32_t, std::shared_ptr<TaskState>> tasks_;  // that have not ended
  absl::flat_hash_set<std::string> ids_;  // that the user chose for them
  std::uint32_t next_index_ = 0;
  std::size_t active_ = 0;  // tasks, and continuations that an executor has still to run
  bool joining_ = false;    // join when idle
  bool joined_ = false;
  bool ended_ = false;
  bool finished_ = false;
  absl::Status status_;  // when finished
  bool status_taken_ = false;
  bool abandoned_ = false;  // on the worker: log when finished
  std::vector<std::shared_ptr<TaskGroupWait>> waits_;
};

// What waits for a group's end without blocking.
class TaskGroupWait final : public FutureState {
 public:
  explicit TaskGroupWait(std::shared_ptr<TaskGroupState> group)
      : FutureState(*group->dispatcher()), group_(std::move(group)) {}

  // Cancels the group.
  void Cancel() override { group_->Cancel(); }

  // For the group, once it is finished.
  void Finish() {
    Answer([] {});
  }

  // After the answer.
  absl::Status TakeStatus() { return group_->TakeStatus(); }

 private:
  const std::shared_ptr<TaskGroupState> group_;
};

}  // namespace internal
}  // namespace gather

#endif  // GATHER_CLIENT_TASK_GROUP_STATE_H_
