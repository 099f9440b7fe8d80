#include "gather/answer_state.h"

#include <mutex>
#include <utility>

#include "gather/dispatcher.h"

namespace gather::internal {

std::shared_ptr<AnswerState> AnswerState::Start(const std::shared_ptr<Connection>& connection,
                                                const Options& options, PreparedGather gather) {
  return Start(connection, options, std::move(gather), Then::kGoOn);
}

std::shared_ptr<AnswerState> AnswerState::Start(const std::shared_ptr<Connection>& connection,
                                                const Options& options, PreparedGather gather,
                                                Then then) {
  std::shared_ptr<AnswerState> state(
      new AnswerState(connection, options.executor, std::move(gather.sent)));
  if (!gather.refusal().ok()) {
    state->Refuse(gather.refusal());
  } else if (options.cancellation.stop_requested()) {
    state->Refuse(absl::CancelledError("the caller cancelled the gather"));
  } else {
    state->fate_ = Fate::kSent;
    state->caller_stop_.Watch(options, [raw = state.get()] { raw->Cancel(); });
    state->Send(*connection, std::move(gather), then);
  }
  return state;
}

GatherAnswer AnswerState::Run(const std::shared_ptr<Connection>& connection, const Options& options,
                              PreparedGather gather) {
  if (connection->OnWorkerThread()) gather.Refuse(OnWorkerThreadError());
  const std::shared_ptr<AnswerState> state =
      Start(connection, options, std::move(gather), Then::kWait);
  state->AwaitAnswer();
  return state->TakeAnswer();
}

AnswerState::AnswerState(const std::shared_ptr<Connection>& connection, Executor executor,
                         SentCalls sent)
    : FutureState(Dispatcher(connection, std::move(executor))), sent_(std::move(sent)) {}

void AnswerState::Cancel() {
  std::shared_ptr<PendingGather> pending;
  {
    const std::lock_guard lock(mutex_);
    if (answered_) return;
    fate_ = Fate::kCancelled;
    pending = pending_;
  }
  if (pending != nullptr) pending->Cancel();
}

GatherAnswer AnswerState::TakeAnswer() {
  const std::lock_guard lock(mutex_);
  return GatherAnswer(std::move(response_), sent_, fate_);
}

GatherAnswer AnswerState::RefusedAnswer(absl::Status status) const {
  const std::lock_guard lock(mutex_);
  return GatherAnswer(std::move(status), sent_, Fate::kElsewhere);
}

void AnswerState::Send(Connection& connection, PreparedGather gather, Then then) {
  auto self = std::static_pointer_cast<AnswerState>(shared_from_this());
  auto done = [self = std::move(self)](Connection::Response response) {
    self->TakeResponse(std::move(response));
  };
  const std::shared_ptr<PendingGather> pending =
      then == Then::kWait
          ? connection.PrepareGather(std::move(gather.request), gather.context, std::move(done))
          : connection.StartGather(std::move(gather.request), gather.context, std::move(done));
  bool cancelled = false;
  {
    const std::lock_guard lock(mutex_);
    if (!answered_) pending_ = pending;
    cancelled = !answered_ && fate_ == Fate::kCancelled;
  }
  if (cancelled) pending->Cancel();  // asked for before there was anything to cancel
  if (then == Then::kWait) pending->Drive();
}

void AnswerState::TakeResponse(Connection::Response response) {
  caller_stop_.End();
  std::shared_ptr<PendingGather> pending;
  const bool client_ended = dispatcher().ended();
  Answer([this, &pending, &response, client_ended] {
    if (client_ended) fate_ = Fate::kCancelled;
    response_ = std::move(response);
    pending.swap(pending_);
  });
}

void AnswerState::Refuse(absl::Status refusal) {
  Answer([this, &refusal] { response_ = std::move(refusal); });
}

}  // namespace gather::internal
