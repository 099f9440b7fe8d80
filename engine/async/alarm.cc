#include "engine/async/alarm.h"

#include <utility>

namespace gather::engine {

void AlarmClock::RunDue(Time now) {
  while (next() <= now) {
    if (pending_.empty()) return;
    Alarm* const alarm = pending_.begin()->second;
    alarm->Cancel();
    alarm->on_due_();
  }
}

Alarm::Alarm(AlarmClock* clock, std::function<void()> on_due)
    : clock_(clock), on_due_(std::move(on_due)) {}

Alarm::~Alarm() { Cancel(); }

void Alarm::Set(Time time) {
  if (time == time_) return;
  Cancel();
  time_ = time;
  if (time_ != kNever) clock_->pending_.emplace(time_, this);
}

void Alarm::Cancel() {
  if (time_ == kNever) return;
  clock_->pending_.erase({time_, this});
  time_ = kNever;
}

}  // namespace gather::engine
