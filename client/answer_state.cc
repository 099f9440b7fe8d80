#include "gather/answer_state.h"

#include <utility>

#include "gather/refusal.h"

namespace gather::internal {
namespace {

absl::Status GivenAway() {
  return absl::FailedPreconditionError("the answer was given to somebody else already");
}

absl::Status OnWorkerThreadError() {
  absl::Status status =
      absl::FailedPreconditionError("a worker thread cannot wait for its own work");
  v1::ErrorInfo info;
  info.set_reason("ON_WORKER_THREAD");
  AddErrorInfo(std::move(info), &status);
  return status;
}

}  // namespace

std::shared_ptr<AnswerState> AnswerState::Start(const std::shared_ptr<Connection>& connection,
                                                const Options& options, PreparedGather gather) {
  std::shared_ptr<AnswerState> state(
      new AnswerState(connection, options.executor, std::move(gather.sent)));
  if (!gather.refusal().ok()) {
    state->Refuse(gather.refusal());
  } else if (options.cancellation.stop_requested()) {
    state->Refuse(absl::CancelledError("the caller cancelled the gather"));
  } else {
    state->fate_ = Fate::kSent;
    if (options.cancellation.stop_possible()) {
      state->on_stop_.emplace(options.cancellation, [raw = state.get()] { raw->Cancel(); });
    }
    state->Send(*connection, std::move(gather));
  }
  return state;
}

GatherAnswer AnswerState::Run(const std::shared_ptr<Connection>& connection, const Options& options,
                              PreparedGather gather) {
  if (connection->OnWorkerThread()) gather.Refuse(OnWorkerThreadError());
  const std::shared_ptr<AnswerState> state = Start(connection, options, std::move(gather));
  std::unique_lock lock(state->mutex_);
  state->answer_came_.wait(lock, [&state] { return state->answered_; });
  lock.unlock();
  return state->TakeAnswer();
}

AnswerState::AnswerState(std::weak_ptr<Connection> connection, Executor executor, SentCalls sent)
    : connection_(std::move(connection)), executor_(std::move(executor)), sent_(std::move(sent)) {}

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

bool AnswerState::answered() const {
  const std::lock_guard lock(mutex_);
  return answered_;
}

absl::Status AnswerState::Wait() {
  const bool would_wait_for_itself = OnWorkerThread();
  std::unique_lock lock(mutex_);
  if (claimed_) return GivenAway();
  if (!answered_ && would_wait_for_itself) return OnWorkerThreadError();
  answer_came_.wait(lock, [this] { return answered_; });
  return absl::OkStatus();
}

bool AnswerState::OnWorkerThread() const {
  const std::shared_ptr<Connection> connection = connection_.lock();
  return connection != nullptr && connection->OnWorkerThread();
}

bool AnswerState::Claim() {
  const std::lock_guard lock(mutex_);
  return !std::exchange(claimed_, true);
}

void AnswerState::OnAnswer(absl::AnyInvocable<void()> continuation) {
  {
    const std::lock_guard lock(mutex_);
    if (!answered_) {
      continuation_ = std::move(continuation);
      return;
    }
  }
  Dispatch(std::move(continuation));
}

void AnswerState::DropContinuation() {
  absl::AnyInvocable<void()> dropped;
  const std::lock_guard lock(mutex_);
  dropped.swap(continuation_);
}

GatherAnswer AnswerState::TakeAnswer() {
  const std::lock_guard lock(mutex_);
  return GatherAnswer(std::move(response_), std::move(sent_), fate_);
}

GatherAnswer AnswerState::RefusedAnswer(absl::Status status) const {
  const std::lock_guard lock(mutex_);
  return GatherAnswer(std::move(status), sent_, Fate::kElsewhere);
}

GatherAnswer AnswerState::GivenAwayAnswer() const { return RefusedAnswer(GivenAway()); }

void AnswerState::Send(Connection& connection, PreparedGather gather) {
  std::shared_ptr<PendingGather> pending =
      connection.StartGather(std::move(gather.request), gather.context,
                             [self = shared_from_this()](Connection::Response response) {
                               self->TakeResponse(std::move(response));
                             });
  {
    const std::lock_guard lock(mutex_);
    if (answered_) return;
    pending_ = pending;
    if (fate_ != Fate::kCancelled) return;
  }
  pending->Cancel();  // asked for before there was anything to cancel
}

void AnswerState::TakeResponse(Connection::Response response) {
  on_stop_.reset();
  absl::AnyInvocable<void()> continuation;
  std::shared_ptr<PendingGather> pending;
  {
    const std::lock_guard lock(mutex_);
    response_ = std::move(response);
    answered_ = true;
    continuation.swap(continuation_);
    pending.swap(pending_);
    answer_came_.notify_all();
  }
  if (continuation == nullptr) return;
  if (executor_ != nullptr) {
    executor_(std::move(continuation));
  } else {
    continuation();  // this is a worker thread
  }
}

void AnswerState::Refuse(absl::Status refusal) {
  const std::lock_guard lock(mutex_);
  response_ = std::move(refusal);
  answered_ = true;
}

void AnswerState::Dispatch(absl::AnyInvocable<void()> work) {
  if (executor_ != nullptr) return executor_(std::move(work));
  const std::shared_ptr<Connection> connection = connection_.lock();
  if (connection != nullptr) return connection->RunOnWorker(std::move(work));
  work();  // the client is gone, and its threads with it
}

}  // namespace gather::internal
