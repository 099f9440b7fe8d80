#ifndef GATHER_ENGINE_ASYNC_ALARM_H_
#define GATHER_ENGINE_ASYNC_ALARM_H_

#include <functional>
#include <set>
#include <utility>

#include "engine/async/time.h"

namespace gather::engine {

class Alarm;

// The alarms of one worker, soonest first. They live beside the completion queue and not on it: a
// gRPC alarm holds up its queue's drain, and costs a timer and an event for each deadline that is
// never reached.
class AlarmClock {
 public:
  // When the next alarm is due; kNever when none is set.
  Time next() const { return pending_.empty() ? kNever : pending_.begin()->first; }

  // Runs every alarm that is due at `now`, in order of their times; one that is set meanwhile for
  // a time not after `now` runs, too.
  void RunDue(Time now);

 private:
  friend class Alarm;
  std::set<std::pair<Time, Alarm*>> pending_;
};

// Calls back once when its time has come, on the worker's thread. Destroying it cancels it.
class Alarm {
 public:
  Alarm(AlarmClock* clock, std::function<void()> on_due);
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  ~Alarm();

  // Replaces an earlier time. kNever: the same as Cancel().
  void Set(Time time);
  void Cancel();

  // When it is due; kNever when it is not set.
  Time time() const { return time_; }

 private:
  friend class AlarmClock;
  AlarmClock* const clock_;
  const std::function<void()> on_due_;
  Time time_ = kNever;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_ASYNC_ALARM_H_
