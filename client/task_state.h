#ifndef GATHER_CLIENT_TASK_STATE_H_
#define GATHER_CLIENT_TASK_STATE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "gather/dispatcher.h"
#include "gather/named_call.h"
#include "gather/outcome.h"
#include "gather/reply.h"
#include "gather/unreadable_reply.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {

// What a task asks of the group that it belongs to. From any thread.
class TaskOwner {
 public:
  virtual ~TaskOwner() = default;

  virtual void CancelTask(std::uint32_t index) = 0;

  // Somebody has read that task's outcome, which is a real failure. Once for each task.
  virtual void OnFailureSeen(std::uint32_t index) = 0;

  // The group takes sub-calls for as long as the result lives, as it does while a task runs.
  virtual std::shared_ptr<void> KeepOpen() = 0;
};

// What is remembered of a task's sub-call.
struct TaskCall {
  NamedCall name;
  v1::Requirement requirement = v1::REQUIREMENT_UNSPECIFIED;
  bool shielded = false;
  std::unique_ptr<v1::Fallback> fallback;  // null: none

  // Why it could not be sent as it is, and was sent as a call that the engine refuses.
  absl::Status problem;
};

// What the handles of one task share with its group: the outcome, once it is there, and who waits
// for it. Does not keep the group. Thread-safe, but for the owner's part.
//
//   running ──(Finish())──▶ done
class TaskState : public std::enable_shared_from_this<TaskState> {
 public:
  TaskState(std::weak_ptr<TaskOwner> owner, std::shared_ptr<const Dispatcher> dispatcher)
      : owner_(std::move(owner)), dispatcher_(std::move(dispatcher)) {}
  virtual ~TaskState() = default;

  bool done() const { return done_.load(std::memory_order_acquire); }

  // When done().
  virtual const OutcomeFacts& facts() const = 0;

  // No effect when done().
  void Cancel();

  // The outcome is being read; a failure then is no longer one that nobody looked at.
  void NoteSeen();

  // Has `continuation` run once when the task is done, on the executor or a worker thread. False,
  // with `continuation` untouched: the task is done. `key` takes it back.
  bool Follow(const void* key, absl::AnyInvocable<void()>* continuation);

  // The same, wherever the task ends; `watcher` must be short and call nobody's code.
  bool Watch(const void* key, absl::AnyInvocable<void()>* watcher);

  // Takes back all that was given with `key` and has not begun.
  void Drop(const void* key);

  // Runs `work` where continuations run, never inside this call.
  void Dispatch(absl::AnyInvocable<void()> work);

  bool OnWorkerThread() const { return dispatcher_->OnWorkerThread(); }

  // For the owner: once, before anybody else knows the task.
  void set_call(TaskCall call) { call_ = std::move(call); }
  const TaskCall& call() const { return call_; }

  // For the owner: reads the reply of a SUCCEEDED outcome. A reply that cannot be read turns the
  // outcome to the fallback, or to FAILED and is told by false. Once, before Finish().
  virtual bool ReadReply(v1::Outcome* outcome) = 0;

  // For the owner, once, on a worker thread or before anybody else knows the task.
  void Finish(v1::Outcome outcome);

 protected:
  virtual void Store(v1::Outcome outcome) = 0;

 private:
  struct Follower {
    const void* key;
    bool watches;
    absl::AnyInvocable<void()> run;
  };

  bool Add(const void* key, bool watches, absl::AnyInvocable<void()>* run);
  absl::AnyInvocable<void()> KeepingOpen(absl::AnyInvocable<void()> work) const;

  const std::weak_ptr<TaskOwner> owner_;
  const std::shared_ptr<const Dispatcher> dispatcher_;
  TaskCall call_;

  std::mutex mutex_;  // for what follows
  std::vector<Follower> followers_;
  std::atomic<bool> done_ = false;
  std::atomic<bool> seen_ = false;
};

// The same with its reply's type.
template <ReplyType Reply>
class TypedTaskState final : public TaskState {
 public:
  using TaskState::TaskState;

  const OutcomeFacts& facts() const override { return *outcome_; }

  // When done().
  const Outcome<Reply>& outcome() const { return *outcome_; }

  bool ReadReply(v1::Outcome* outcome) override {
    const bool succeeded = outcome->disposition() == v1::DISPOSITION_SUCCEEDED;
    reply_ = internal::ReadReply<Reply>(*outcome, [this, outcome] {
      return ReplaceUnreadableReply(call().name, call().fallback.get(), outcome);
    });
    return !succeeded || reply_.has_value();
  }

 private:
  void Store(v1::Outcome outcome) override {
    outcome_.emplace(std::move(outcome), std::exchange(reply_, std::nullopt));
  }

  std::optional<Reply> reply_;
  std::optional<Outcome<Reply>> outcome_;
};

}  // namespace gather::internal

#endif  // GATHER_CLIENT_TASK_STATE_H_
