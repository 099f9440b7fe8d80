#ifndef GATHER_CLIENT_TASK_GROUP_H_
#define GATHER_CLIENT_TASK_GROUP_H_

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "gather/call.h"
#include "gather/future.h"
#include "gather/gather_client.h"
#include "gather/options.h"
#include "gather/reply.h"
#include "gather/summary.h"
#include "gather/task.h"
#include "gather/task_group_state.h"
#include "gather/task_state.h"

namespace gather {

// A gather that grows while it runs: sub-calls are added one by one, also in reaction to outcomes,
// and the scope does not end before all of them have. As asyncio.TaskGroup.
//
//   gather::TaskGroup group(client, options);
//   gather::Task<User> user = group.Spawn(user_call);
//   gather::Task<Posts> posts = group.Spawn(posts_call);
//   if (absl::Status status = group.Wait(); !status.ok()) return status;
//   Show(*user.outcome(), *posts.outcome());
//
// `options` are a gather's, with these differences: the default policy is FailFast(); without
// `timeout` and `deadline` the group may last for ever. Options that are wrong, or that the server
// refuses, are Wait()'s status and every task's outcome (REJECTED).
//
// A call that is wrong in itself (a timeout of zero, a message that cannot be serialised, the id of
// a task that has not ended) is that task's outcome alone: REJECTED with kInvalidArgument, also in
// a group that has ended; in an open one a failure for the policy, as one that the server rejects.
// A reply that is none of the expected type is FAILED with kInternal and a failure for the policy,
// too: where that fails the group, the rest is ended as it is after any other failure. A task is
// NOT_STARTED, with the decision's cause, where the group was decided before the engine had taken
// its sub-call in. Where the group was lost, what is left tells it as the outcomes of a lost
// GatherSettled do (see SettledTuple); after that, FAILED by the TRANSPORT and NEVER_SENT.
//
// Safe from any thread, also in continuations, but for the end of its life. Memory is that of the
// sub-calls which have not ended and of the tasks somebody still holds, not of all that ever were.
// The client should outlive the group: its end cancels it.
//
// The destructor never leaves anything running. Unless the group has ended it cancels it, and
// blocks until it has. Each failure is then logged (the first hundred, and the number of the
// others) that nobody looked at, neither through its task nor by the status of Wait(). On the
// client's own worker thread, where waiting would be waiting for itself, it cancels and returns;
// the end, and the log, come soon after on that thread, at the latest with the client's end. A
// coroutine that runs there and leaves a group early should `co_await group.AsyncWait()` first.
class TaskGroup {
 public:
  // Opens the group; does not block. `log` takes the lines about failures that nobody looked at, on
  // any thread; default: standard error.
  explicit TaskGroup(const Client& client, const Options& options = Options(),
                     TaskGroupLog log = nullptr)
      : state_(internal::TaskGroupState::Open(client.connection(), options, std::move(log))) {}

  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  ~TaskGroup() { state_->Abandon(); }

  // Adds a sub-call; does not block. Its index is the number of those before it. Once the group has
  // been joined or cancelled or has ended, the task is done at once (NOT_STARTED, cause
  // GROUP_ENDED, CALLER or the decision's) and nothing is sent.
  template <ReplyType Reply>
  Task<Reply> Spawn(Call<Reply> call) {
    auto task = std::make_shared<internal::TypedTaskState<Reply>>(state_, state_->dispatcher());
    state_->Spawn(task, std::move(call).description());
    return Task<Reply>(std::move(task));
  }

  // Blocks until every sub-call has ended: those that there are and those that are added until
  // then, be it by other threads or by what runs in reaction to outcomes. What reacts on the worker
  // thread has run when this returns; what reacts on an executor is waited for as long as it may
  // add to the group, so that this must not block the executor.
  //
  // OK when the policy is satisfied, else as Gather's status: Failures::From() tells all real
  // failures, the first hundred where there are more. Any number of times, with the same answer.
  // kFailedPrecondition at once, with no effect, on the client's own worker thread and, on an
  // executor, in a reaction to one of this group's tasks, which the group itself waits for; unless
  // the group has ended. There use AsyncWait(), with Then() or co_await.
  //
  // As long as sub-calls may be added, Quorum() does not fail for want of them: call Join() first
  // to hear of that as soon as it is certain.
  absl::Status Wait() { return state_->Wait(); }

  // The same without blocking. A future that is destroyed before anybody asked it cancels the
  // group. The group itself must live until it has ended, or its destructor cancels it.
  Future<absl::Status> AsyncWait() {
    std::shared_ptr<internal::TaskGroupWait> wait = state_->StartWait();
    internal::TaskGroupWait* raw = wait.get();
    return {std::move(wait), [raw](const absl::Status& refusal) {
              return refusal.ok() ? raw->TakeStatus() : refusal;
            }};
  }

  // Says that no more sub-calls come; does not block. Who spawns afterwards is told so by the task.
  void Join() { state_->Join(); }

  // Stops what has not ended (cause GROUP_ENDED); what has finished stands. Satisfied then, unless
  // decided before; but Any(), Race(), Quorum() and required sub-calls that have not got what they
  // ask for are failed. Does not block; any number of times, also after the end. A server takes it
  // in its turn, after the sub-calls spawned before: where as many have not ended as the server
  // takes at a time, only when some of them have. Cancel() waits for nobody.
  void EndEarly() { state_->EndEarly(); }

  // Cancels everything, cause CALLER; what is spawned from now on is NOT_STARTED. Wait() then is
  // CANCELLED, unless the group was decided before: a real failure that did so stays its status,
  // and successes that Any(), Race() or Quorum() asked for stay OK. Does not block; any number of
  // times, also after the end.
  void Cancel() { state_->Cancel(); }

  // The group in numbers, once Wait() has returned; all zero until then. Where the group was
  // refused, cancelled or lost no numbers came: all zero then, too, but for the id of a group that
  // had been taken in.
  Summary summary() const { return state_->summary(); }

 private:
  const std::shared_ptr<internal::TaskGroupState> state_;
};

}  // namespace gather

#endif  // GATHER_CLIENT_TASK_GROUP_H_
