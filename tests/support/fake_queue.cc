#include "tests/support/fake_queue.h"

#include <algorithm>
#include <cassert>

namespace gather::testing {

void FakeQueue::Begin() {
  std::lock_guard<std::mutex> lock(mutex_);
  assert(!shut_down_ && "an operation was started on a queue that is shut down");
  ++begun_;
}

void FakeQueue::Complete(engine::Operation* operation, bool ok) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (begun_ > 0) --begun_;
    events_.push_back({Kind::kCompletion, operation, ok});
  }
  changed_.notify_all();
}

void FakeQueue::Advance(engine::Duration duration) { AdvanceTo(Now() + duration); }

void FakeQueue::AdvanceTo(engine::Time time) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    now_ = std::max(now_, time);
  }
  changed_.notify_all();
}

std::size_t FakeQueue::ready() {
  std::lock_guard<std::mutex> lock(mutex_);
  return events_.size();
}

std::size_t FakeQueue::turns() {
  std::lock_guard<std::mutex> lock(mutex_);
  return turns_;
}

engine::EventQueue::Event FakeQueue::Next(engine::Time deadline) {
  std::unique_lock<std::mutex> lock(mutex_);
  ++turns_;
  changed_.wait(
      lock, [&] { return !events_.empty() || (shut_down_ && begun_ == 0) || now_ >= deadline; });
  if (!events_.empty()) {
    const Event event = events_.front();
    events_.pop_front();
    return event;
  }
  return {shut_down_ && begun_ == 0 ? Kind::kShutdown : Kind::kTimeout, nullptr, false};
}

engine::Time FakeQueue::Now() {
  std::lock_guard<std::mutex> lock(mutex_);
  return now_;
}

void FakeQueue::Wake() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (shut_down_) return;
    assert(std::none_of(events_.begin(), events_.end(),
                        [](const Event& event) { return event.kind == Kind::kWoken; }) &&
           "woken again before it was told of the first time");
    events_.push_back({Kind::kWoken, nullptr, false});
  }
  changed_.notify_all();
}

void FakeQueue::Shutdown() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    shut_down_ = true;
  }
  changed_.notify_all();
}

}  // namespace gather::testing
