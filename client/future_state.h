#ifndef GATHER_CLIENT_FUTURE_STATE_H_
#define GATHER_CLIENT_FUTURE_STATE_H_

#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "gather/dispatcher.h"

namespace gather::internal {

// What a Future shares with whoever answers it, whatever the answer is: who waits, and who may have
// it. Thread-safe.
//
//   waiting ──(Answer())──▶ answered; claimed by one, before or after
class FutureState : public std::enable_shared_from_this<FutureState> {
 public:
  virtual ~FutureState() = default;

  // Asks for the end of what is awaited. No effect after the answer.
  virtual void Cancel() = 0;

  bool answered() const;

  // Blocks until answered(). kFailedPrecondition at once, with nothing taken or cancelled, on a
  // worker thread that would wait for itself, and when the answer was claimed.
  absl::Status Wait();

  // The answer is given once, to whoever claims it first. False: it was claimed already.
  bool Claim();

  // Runs `continuation` once after the answer, on the executor or a worker thread, never inside
  // this call. For the one who claimed it; once.
  void OnAnswer(absl::AnyInvocable<void()> continuation);

  // Runs `work` where continuations run, never inside this call.
  void Dispatch(absl::AnyInvocable<void()> work) { dispatcher_.Dispatch(std::move(work)); }

  // Takes back a continuation that has not begun.
  void DropContinuation();

 protected:
  explicit FutureState(Dispatcher dispatcher) : dispatcher_(std::move(dispatcher)) {}

  // Once: the answer is there, after `store` has put it where it belongs, under the mutex. Runs
  // the continuation, so that this must be on a worker thread or before anybody knows the state.
  void Answer(absl::FunctionRef<void()> store);

  // Blocks until answered(), wherever this is.
  void AwaitAnswer();

  const Dispatcher& dispatcher() const { return dispatcher_; }

  mutable std::mutex mutex_;  // std's and not Abseil's: a race detector sees through it
  bool answered_ = false;

 private:
  const Dispatcher dispatcher_;
  std::condition_variable answer_came_;
  bool claimed_ = false;
  absl::AnyInvocable<void()> continuation_;
};

// What somebody is told who asks for an answer that somebody else has.
absl::Status GivenAwayError();

}  // namespace gather::internal

#endif  // GATHER_CLIENT_FUTURE_STATE_H_
