#ifndef GATHER_CLIENT_ANSWER_STATE_H_
#define GATHER_CLIENT_ANSWER_STATE_H_

#include <memory>

#include "absl/status/status.h"
#include "gather/caller_stop.h"
#include "gather/connection.h"
#include "gather/future_state.h"
#include "gather/gather_answer.h"
#include "gather/options.h"
#include "gather/prepared_gather.h"
#include "gather/sent_calls.h"

namespace gather::internal {

// What a Future and its pending gather share: where the answer arrives, and the way to cancel.
// Thread-safe. Does not keep the connection alive.
class AnswerState final : public FutureState {
 public:
  // Starts the gather, or is answered at once where it is refused or cancelled already. The answer
  // arrives in any case, exactly once.
  static std::shared_ptr<AnswerState> Start(const std::shared_ptr<Connection>& connection,
                                            const Options& options, PreparedGather gather);

  // The same, and waits for the answer. Refused, with nothing sent, on a worker thread of the
  // connection, where it would wait for itself.
  static GatherAnswer Run(const std::shared_ptr<Connection>& connection, const Options& options,
                          PreparedGather gather);

  void Cancel() override;

  // Once, after the answer, for the one who claimed it. Others may still ask, and are refused.
  GatherAnswer TakeAnswer();

  // The answer for somebody who may not have the real one.
  GatherAnswer RefusedAnswer(absl::Status status) const;

 private:
  AnswerState(const std::shared_ptr<Connection>& connection, Executor executor, SentCalls sent);

  // Whether the calling thread goes on at once or waits for the answer.
  enum class Then { kGoOn, kWait };

  static std::shared_ptr<AnswerState> Start(const std::shared_ptr<Connection>& connection,
                                            const Options& options, PreparedGather gather,
                                            Then then);
  void Send(Connection& connection, PreparedGather gather, Then then);
  void TakeResponse(Connection::Response response);
  void Refuse(absl::Status refusal);

  CallerStop caller_stop_;

  // All under the mutex.
  Fate fate_ = Fate::kNotSent;
  std::shared_ptr<PendingGather> pending_;
  Connection::Response response_;
  SentCalls sent_;
};

}  // namespace gather::internal

#endif  // GATHER_CLIENT_ANSWER_STATE_H_
