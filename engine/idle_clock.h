#ifndef GATHER_ENGINE_IDLE_CLOCK_H_
#define GATHER_ENGINE_IDLE_CLOCK_H_

#include <cstdint>

#include "engine/async/time.h"

namespace gather::engine {

// Counts a gather's outstanding attempts, and for how long there was none: its overhead; and for
// how long the last of them was waited for alone.
class IdleClock {
 public:
  explicit IdleClock(Time start) : idle_since_(start) {}

  void OnStart(Time now) {
    if (outstanding_++ == 0) idle_ += now - idle_since_;
  }
  void OnEnd(Time now) {
    if (--outstanding_ == 0) idle_since_ = now;
    before_last_end_ = last_end_;
    last_end_ = now;
  }

  std::uint32_t outstanding() const { return outstanding_; }
  Duration Idle(Time now) const { return outstanding_ == 0 ? idle_ + (now - idle_since_) : idle_; }

  // From the end of the last attempt but one to the end of the last; zero when fewer have ended.
  Duration StragglerWait() const {
    return before_last_end_ == kPast ? Duration(0) : last_end_ - before_last_end_;
  }

 private:
  std::uint32_t outstanding_ = 0;
  Time idle_since_;
  Duration idle_{0};
  Time last_end_ = kPast;
  Time before_last_end_ = kPast;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_IDLE_CLOCK_H_
