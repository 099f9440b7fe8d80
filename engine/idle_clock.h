#ifndef GATHER_ENGINE_IDLE_CLOCK_H_
#define GATHER_ENGINE_IDLE_CLOCK_H_

#include <cstdint>

#include "engine/async/time.h"

namespace gather::engine {

// Counts a gather's outstanding attempts, and for how long there was none: its overhead.
class IdleClock {
 public:
  explicit IdleClock(Time start) : idle_since_(start) {}

  void OnStart(Time now) {
    if (outstanding_++ == 0) idle_ += now - idle_since_;
  }
  void OnEnd(Time now) {
    if (--outstanding_ == 0) idle_since_ = now;
  }

  std::uint32_t outstanding() const { return outstanding_; }
  Duration Idle(Time now) const { return outstanding_ == 0 ? idle_ + (now - idle_since_) : idle_; }

 private:
  std::uint32_t outstanding_ = 0;
  Time idle_since_;
  Duration idle_{0};
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_IDLE_CLOCK_H_
