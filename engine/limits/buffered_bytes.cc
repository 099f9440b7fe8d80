#include "engine/limits/buffered_bytes.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace gather::engine {
namespace {

constexpr std::uint64_t kAny = std::numeric_limits<std::uint64_t>::max();

std::uint64_t BoundOf(std::uint64_t limit) { return limit == 0 ? kAny : limit; }

}  // namespace

// ---- of all gathers

void BufferedBytes::Configure(const BufferLimits& limits) {
  max_per_gather_ = BoundOf(limits.max_bytes_per_gather);
  max_ = BoundOf(limits.max_bytes);
  dry_run_ = limits.dry_run;
  TellNext();
}

void BufferedBytes::Remove(std::uint64_t bytes) {
  if (bytes == 0) return;
  bytes_.fetch_sub(bytes);
  if (waiting_ > 0) TellNext();
}

bool BufferedBytes::TryAdd(std::uint64_t bytes) {
  const std::uint64_t limit = max_;
  std::uint64_t present = bytes_;
  do {
    if (present >= limit || bytes > limit - present) return false;
  } while (!bytes_.compare_exchange_weak(present, present + bytes));
  return true;
}

// Whoever makes room either sees that somebody waits, or is seen to have made it.
bool BufferedBytes::TryAddOrWait(std::uint64_t bytes, Waiting* waiting) {
  waiting->told = false;
  if (TryAdd(bytes)) return true;
  std::lock_guard lock(mutex_);
  if (!waiting->queued) {
    waiting->queued = true;
    queue_.push_back(waiting);
    ++waiting_;
  }
  return TryAdd(bytes);
}

void BufferedBytes::Leave(Waiting* waiting) {
  std::lock_guard lock(mutex_);
  if (!waiting->queued) return;
  waiting->queued = false;
  --waiting_;
  queue_.erase(std::find(queue_.begin(), queue_.end(), waiting));
}

// One at a time: who finds room tells the next.
void BufferedBytes::TellNext() {
  std::shared_ptr<PermitWaiter> next;
  {
    std::lock_guard lock(mutex_);
    if (queue_.empty()) return;
    next = queue_.front()->waiter;
    queue_.front()->queued = false;
    queue_.front()->told = true;
    queue_.pop_front();
    --waiting_;
  }
  next->OnPermits();
}

BufferedBytes::Snapshot BufferedBytes::snapshot() const {
  return {bytes_, had_to_wait_, would_wait_};
}

// ---- of one gather

ReplyRoom::~ReplyRoom() {
  all_->Remove(reserved_ + kept_);
  Leave();
}

bool ReplyRoom::Reserve(std::uint64_t bytes, bool alone) {
  const std::uint64_t of_gather = all_->max_per_gather_;
  const std::uint64_t present = reserved_ + kept_;
  const bool fits = present < of_gather && bytes <= of_gather - present;
  if (all_->dry_run_) {
    if (!fits || !all_->TryAdd(bytes)) {
      ++all_->would_wait_;
      all_->Add(bytes);
    }
  } else if (!(fits || alone) || !ReserveOfAll(bytes, alone)) {
    if (!std::exchange(held_up_, true)) ++all_->had_to_wait_;
    return false;
  }
  held_up_ = false;
  reserved_ += bytes;
  return true;
}

bool ReplyRoom::ReserveOfAll(std::uint64_t bytes, bool alone) {
  if (all_->TryAddOrWait(bytes, &waiting_)) {
    if (all_->waiting_ > 0) {
      all_->Leave(&waiting_);
      all_->TellNext();
    }
    return true;
  }
  const void* beyond = nullptr;
  if (!alone) return false;
  if (!all_->beyond_.compare_exchange_strong(beyond, this) && beyond != this) return false;
  all_->Add(bytes);
  return true;
}

void ReplyRoom::Release(std::uint64_t bytes) {
  reserved_ -= bytes;
  all_->Remove(bytes);
}

void ReplyRoom::Keep(std::uint64_t bytes) {
  kept_ += bytes;
  all_->Add(bytes);
}

bool ReplyRoom::TryKeep(std::uint64_t bytes) {
  if (all_->dry_run_) {
    all_->Add(bytes);
  } else if (!all_->TryAdd(bytes)) {
    return false;
  }
  kept_ += bytes;
  return true;
}

// What was taken away with an answer is not dropped a second time.
void ReplyRoom::Drop(std::uint64_t bytes) {
  bytes = std::min(bytes, kept_);
  kept_ -= bytes;
  all_->Remove(bytes);
}

void ReplyRoom::PassOn() {
  if (waiting_.told && waiting_.told.exchange(false) && all_->waiting_ > 0) all_->TellNext();
}

// What it was told may have been meant for the next as well.
void ReplyRoom::Leave() {
  all_->Leave(&waiting_);
  const void* self = this;
  all_->beyond_.compare_exchange_strong(self, nullptr);
  if (all_->waiting_ > 0) all_->TellNext();
}

HeldBytes ReplyRoom::TakeKept() {
  Leave();
  return HeldBytes(all_, std::exchange(kept_, 0));
}

}  // namespace gather::engine
