#include "tests/client/stream_record.h"

#include <grpc/support/log.h>

namespace gather::test {

void StreamRecord::AwaitOpened() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !gather_id_.empty(); });
}

void StreamRecord::AwaitOutcomes(std::size_t count) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this, count] { return outcomes_.size() >= count; });
}

absl::Status StreamRecord::AwaitEnd() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return end_.has_value(); });
  return *end_;
}

std::string StreamRecord::gather_id() const {
  const std::lock_guard lock(mutex_);
  return gather_id_;
}

std::vector<v1::Outcome> StreamRecord::outcomes() const {
  const std::lock_guard lock(mutex_);
  return outcomes_;
}

std::optional<v1::Summary> StreamRecord::summary() const {
  const std::lock_guard lock(mutex_);
  return summary_;
}

bool StreamRecord::ended() const {
  const std::lock_guard lock(mutex_);
  return end_.has_value();
}

void StreamRecord::OnOpened(std::string gather_id) {
  const std::lock_guard lock(mutex_);
  GPR_ASSERT(gather_id_.empty() && outcomes_.empty() && !summary_ && !end_);
  gather_id_ = std::move(gather_id);
  changed_.notify_all();
}

void StreamRecord::OnOutcome(v1::Outcome outcome) {
  {
    const std::lock_guard lock(mutex_);
    GPR_ASSERT(!summary_ && !end_);
    outcomes_.push_back(outcome);
    changed_.notify_all();
  }
  if (reaction_) reaction_(outcome);
}

void StreamRecord::OnSummary(v1::Summary summary) {
  const std::lock_guard lock(mutex_);
  GPR_ASSERT(!summary_ && !end_);
  summary_ = std::move(summary);
  changed_.notify_all();
}

void StreamRecord::OnEnd(absl::Status status) {
  const std::lock_guard lock(mutex_);
  GPR_ASSERT(!end_);
  end_ = std::move(status);
  changed_.notify_all();
}

}  // namespace gather::test
