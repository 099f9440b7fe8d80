#ifndef GATHER_CLIENT_TASK_H_
#define GATHER_CLIENT_TASK_H_

#include <concepts>
#include <coroutine>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "gather/outcome.h"
#include "gather/reply.h"
#include "gather/task_state.h"
#include "gather/wait_for_tasks.h"

namespace gather {

// A handle of a group's sub-call, whatever its reply's type is. Every Task<Reply> is one, too, so
// that tasks of different types can stand in one list:
//
//   auto waited = gather::Wait(std::vector<gather::AnyTask>{user, posts}, …);
//
// Cheap to copy; copies are the same task. Safe from any thread. It may outlive its group and the
// client; the group does not need it.
class AnyTask {
 public:
  // Whether the sub-call has ended, or will never start.
  bool done() const { return state_->done(); }

  // Asks for this sub-call's end: it then is CANCELLED or NOT_STARTED with cause OWN_HANDLE, which
  // is neither success nor failure, and the group goes on. No effect when it has ended; any number
  // of times. As TaskGroup::EndEarly(), a server takes it in its turn after what was spawned
  // before.
  void Cancel() const { state_->Cancel(); }

  // How it ended. Only when done(): otherwise the program ends. Valid while a handle lives.
  const OutcomeFacts& facts() const {
    internal::CheckDone(*state_);
    state_->NoteSeen();
    return state_->facts();
  }

  // Whether both are the same task.
  friend bool operator==(const AnyTask& a, const AnyTask& b) { return a.state_ == b.state_; }

  // For the library itself.
  explicit AnyTask(std::shared_ptr<internal::TaskState> state) : state_(std::move(state)) {}
  const std::shared_ptr<internal::TaskState>& state() const { return state_; }

 private:
  std::shared_ptr<internal::TaskState> state_;
};

// A sub-call of a TaskGroup. Its outcome can be had as often as one likes, and in four ways:
//
//   gather::Task<User> task = group.Spawn(call);
//   gather::Outcome<User> outcome = task.Get();                // blocks
//   task.Then([](const gather::Outcome<User>& outcome) { … });  // when it is there
//   gather::Outcome<User> awaited = co_await task;
//   if (group.Wait().ok()) Show(*task.outcome());              // when it must be there
//
// What is done in reaction to an outcome may add to the group, as long as it has not ended.
// Handles do not keep the sub-call running and do not end it: that is the group's to do.
template <ReplyType Reply>
class Task : public AnyTask {
 public:
  class Awaiter;

  // The outcome. Only when done(), as all are after the group's Wait(): otherwise the program ends,
  // as with the value of an absl::StatusOr that has none. Valid while a handle lives.
  const Outcome<Reply>& outcome() const {
    internal::CheckDone(*state());
    return Read();
  }

  // Blocks for the outcome. On the client's own worker thread (in a continuation without an
  // executor) a task that is not done answers at once, DETACHED with kFailedPrecondition.
  Outcome<Reply> Get() const {
    const absl::Status ready = internal::WaitForTask(*state());
    if (ready.ok()) return Read();
    return Outcome<Reply>(internal::OutcomeElsewhere(*state(), ready), std::nullopt);
  }

  // Runs `callback` once with the outcome, on options.executor or else on the client's worker
  // thread, which it must not block; never inside this call. Any number of them. Where there are
  // several such threads (see Options::executor) they may run at the same time.
  template <std::invocable<const Outcome<Reply>&> Callback>
  void Then(Callback callback) const {
    absl::AnyInvocable<void()> deliver = [task = *this, callback = std::move(callback)]() mutable {
      std::move(callback)(task.Read());
    };
    if (!state()->Follow(nullptr, &deliver)) state()->Dispatch(std::move(deliver));
  }

  // `co_await` from any coroutine: resumes it where Then() would run a callback, or goes straight
  // on when the task is done. Destroying the suspended coroutine cancels nothing; it must not
  // happen while the outcome is arriving.
  Awaiter operator co_await() const { return Awaiter(*this); }

  // For the library itself.
  explicit Task(std::shared_ptr<internal::TypedTaskState<Reply>> state)
      : AnyTask(std::move(state)) {}

 private:
  const Outcome<Reply>& Read() const {
    state()->NoteSeen();
    return static_cast<const internal::TypedTaskState<Reply>&>(*state()).outcome();
  }
};

template <ReplyType Reply>
class Task<Reply>::Awaiter {
 public:
  explicit Awaiter(Task task) : task_(std::move(task)) {}
  Awaiter(Awaiter&&) = delete;
  ~Awaiter() {
    if (suspended_) task_.state()->Drop(this);
  }

  bool await_ready() const { return task_.done(); }

  bool await_suspend(std::coroutine_handle<> coroutine) {
    // The coroutine may be gone, and this with it, before Follow() returns.
    const std::shared_ptr<internal::TaskState> state = task_.state();
    absl::AnyInvocable<void()> resume = [this, coroutine] {
      suspended_ = false;
      coroutine.resume();
    };
    suspended_ = true;
    if (state->Follow(this, &resume)) return true;
    suspended_ = false;
    return false;
  }

  Outcome<Reply> await_resume() const { return task_.Read(); }

 private:
  const Task task_;
  bool suspended_ = false;
};

}  // namespace gather

#endif  // GATHER_CLIENT_TASK_H_
