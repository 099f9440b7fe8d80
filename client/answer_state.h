#ifndef GATHER_CLIENT_ANSWER_STATE_H_
#define GATHER_CLIENT_ANSWER_STATE_H_

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "gather/connection.h"
#include "gather/gather_answer.h"
#include "gather/options.h"
#include "gather/prepared_gather.h"
#include "gather/sent_calls.h"

namespace gather::internal {

// What a Future and its pending gather share: where the answer arrives, who waits for it, and the
// way to cancel. Thread-safe. Does not keep the connection alive.
//
//   waiting ──(response, or refusal)──▶ answered; claimed by one, before or after
class AnswerState : public std::enable_shared_from_this<AnswerState> {
 public:
  // Starts the gather, or is answered at once where it is refused or cancelled already. The answer
  // arrives in any case, exactly once.
  static std::shared_ptr<AnswerState> Start(const std::shared_ptr<Connection>& connection,
                                            const Options& options, PreparedGather gather);

  // The same, and waits for the answer. Refused, with nothing sent, on a worker thread of the
  // connection, where it would wait for itself.
  static GatherAnswer Run(const std::shared_ptr<Connection>& connection, const Options& options,
                          PreparedGather gather);

  // No effect after the answer.
  void Cancel();

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
  void Dispatch(absl::AnyInvocable<void()> work);

  // Takes back a continuation that has not begun.
  void DropContinuation();

  // Once, after the answer, for the one who claimed it.
  GatherAnswer TakeAnswer();

  // Answers for somebody who may not have the real one.
  GatherAnswer RefusedAnswer(absl::Status status) const;
  GatherAnswer GivenAwayAnswer() const;

 private:
  AnswerState(std::weak_ptr<Connection> connection, Executor executor, SentCalls sent);

  bool OnWorkerThread() const;
  void Send(Connection& connection, PreparedGather gather);
  void TakeResponse(Connection::Response response);
  void Refuse(absl::Status refusal);

  const std::weak_ptr<Connection> connection_;
  const Executor executor_;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;

  mutable std::mutex mutex_;  // std's and not Abseil's: a race detector sees through it
  std::condition_variable answer_came_;
  bool answered_ = false;
  Fate fate_ = Fate::kNotSent;
  bool claimed_ = false;
  absl::AnyInvocable<void()> continuation_;
  std::shared_ptr<PendingGather> pending_;
  Connection::Response response_;
  SentCalls sent_;
};

}  // namespace gather::internal

#endif  // GATHER_CLIENT_ANSWER_STATE_H_
