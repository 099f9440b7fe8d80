#include "gather/outcome_stream.h"

#include <utility>

namespace gather::internal {

std::shared_ptr<OutcomeStream> OutcomeStream::Start(const std::shared_ptr<Connection>& connection,
                                                    const Options& options, PreparedGather gather) {
  auto stream = std::make_shared<OutcomeStream>();
  if (!gather.refusal().ok()) {
    stream->OnEnd(gather.refusal());
  } else if (options.cancellation.stop_requested()) {
    stream->OnEnd(absl::CancelledError("the caller cancelled the gather"));
  } else {
    stream->fate_ = Fate::kSent;
    stream->caller_stop_.Watch(options, [raw = stream.get()] { raw->Cancel(); });
    stream->Send(connection, std::move(gather));
  }
  return stream;
}

std::optional<v1::Outcome> OutcomeStream::Next() {
  std::optional<v1::Outcome> outcome;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return readable(); });
    if (unread_.empty()) return outcome;
    outcome = std::move(unread_.front().outcome);
    unread_bytes_ -= unread_.front().bytes;
    unread_.pop_front();
    if (unread_bytes_ < kBudget / 2) pause_ = false;
  }
  SettlePause();
  return outcome;
}

void OutcomeStream::Cancel() {
  std::shared_ptr<PendingStream> pending;
  {
    const std::lock_guard lock(mutex_);
    if (end_.has_value()) return;
    fate_ = Fate::kCancelled;
    pending = pending_;
  }
  if (pending != nullptr) pending->Cancel();
}

void OutcomeStream::Abandon() {
  std::deque<Unread> dropped;
  {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
    dropped.swap(unread_);
  }
  Cancel();
}

void OutcomeStream::OnOpened(std::string /*gather_id*/) {}

void OutcomeStream::OnOutcome(v1::Outcome outcome) {
  const std::size_t bytes = outcome.ByteSizeLong();
  {
    const std::lock_guard lock(mutex_);
    if (abandoned_) return;
    unread_.push_back({std::move(outcome), bytes});
    unread_bytes_ += bytes;
    if (unread_bytes_ > kBudget) pause_ = true;
    changed_.notify_all();
  }
  SettlePause();
}

void OutcomeStream::OnSummary(v1::Summary summary) {
  const std::lock_guard lock(mutex_);
  summary_ = std::move(summary);
}

void OutcomeStream::OnEnd(absl::Status status) {
  caller_stop_.End();
  std::shared_ptr<PendingStream> pending;
  {
    const std::lock_guard lock(mutex_);
    // The client's end cancels what is still on its way.
    if (fate_ == Fate::kSent && connection_.expired()) fate_ = Fate::kCancelled;
    end_.emplace();
    end_->summary = std::move(summary_);
    end_->fate = fate_;
    if (!end_->summary.has_value()) end_->lost = ReasonOfLoss(std::move(status), fate_);
    pending.swap(pending_);
    changed_.notify_all();
  }
}

void OutcomeStream::Send(const std::shared_ptr<Connection>& connection, PreparedGather gather) {
  connection_ = connection;
  std::shared_ptr<PendingStream> pending =
      connection->StartStream(std::move(gather.request), gather.context, shared_from_this());
  bool cancel = false;
  {
    const std::lock_guard lock(mutex_);
    if (end_.has_value()) return;
    pending_ = pending;
    cancel = fate_ == Fate::kCancelled;
  }
  if (cancel) return pending->Cancel();  // asked for before there was anything to cancel
  SettlePause();
}

// Two threads that each told what they last saw could tell it in the wrong order.
void OutcomeStream::SettlePause() {
  std::unique_lock lock(mutex_);
  if (settling_pause_) return;
  while (pending_ != nullptr && told_to_pause_ != pause_) {
    settling_pause_ = true;
    const bool pause = pause_;
    told_to_pause_ = pause;
    const std::shared_ptr<PendingStream> pending = pending_;
    lock.unlock();
    pending->Pause(pause);
    lock.lock();
  }
  settling_pause_ = false;
}

}  // namespace gather::internal
