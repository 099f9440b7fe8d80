#ifndef GATHER_ENGINE_ASYNC_WORKER_H_
#define GATHER_ENGINE_ASYNC_WORKER_H_

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "absl/functional/function_ref.h"
#include "engine/async/alarm.h"
#include "engine/async/event_queue.h"
#include "engine/async/inbox.h"
#include "engine/async/time.h"

namespace gather::engine {

// Work that is done in small pieces, so that nobody waits long for a turn.
class Runnable {
 public:
  // Does one piece: at most kQuantum calls started or cancelled. Returns whether there is more.
  virtual bool RunQuantum() = 0;

 protected:
  ~Runnable() = default;

 private:
  friend class Worker;
  bool waiting_for_turn_ = false;
};

// Measured: starting calls 32 at a time and taking in between what has come back is 1.2 times as
// fast as starting all at N = 1,000 and twice as fast at N = 10,000; and it shares the thread.
inline constexpr int kQuantum = 32;

// One event queue and one thread: everything of a gather happens here, so its state needs no lock.
//
// A turn: take what the queue has ready; when it has nothing more, run the alarms that are due and
// one quantum of the next runnable. It blocks only when there is no runnable. A queue that is never
// empty starves nobody: now and then runnables get a quantum all the same, and alarms that are
// overdue by some milliseconds run.
//
// A worker that parks leaves its turns, while there is nothing to do, to whoever comes: a thread
// that would only wait for the worker's answer may take the turns itself, with Drive(), and is
// spared two changes of threads. It is alone then: as soon as somebody else posts, the worker's own
// thread goes on.
//
// Threads: Post(), Drive(), Stop() and OnThread() from any; all else on the one that has the turns.
class Worker {
 public:
  explicit Worker(std::unique_ptr<EventQueue> queue);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Stops and joins.
  ~Worker();

  // From now on the worker parks when `idle` says so, nothing is runnable and no alarm is set.
  // Before Start().
  void ParkWhen(std::function<bool()> idle) { idle_ = std::move(idle); }

  // Starts the thread. Without it, a test calls RunUntilIdleForTest().
  void Start();

  // Ends the worker: messages posted so far are run, the queue is shut down, what is outstanding
  // on it is delivered, the thread ends. Whoever calls it must have seen to it that nothing starts
  // new operations any more. Idempotent. Blocks until the thread has ended; not on the worker's
  // own thread.
  void Stop();

  // Runs `message` on the worker's thread, soon. False: the worker is ending, it will not run.
  bool Post(std::function<void()> message);

  // Runs `begin` and then turns on the calling thread, until `ended` says true or another thread
  // posts something; what is left then is the worker's own thread's. False, with nothing run, when
  // the worker is not parked.
  bool Drive(absl::FunctionRef<void()> begin, absl::FunctionRef<bool()> ended);

  // Gives `runnable` a turn, after those that wait already. No effect when it is waiting. It must
  // stay alive until its turn comes or Forget().
  void Schedule(Runnable* runnable);

  // `runnable` will have no turn.
  void Forget(Runnable* runnable);

  AlarmClock* alarms() { return &alarms_; }

  // The time at which the current event was taken.
  Time now() const { return now_; }

  // Whether the calling thread has the turns.
  bool OnThread() const { return std::this_thread::get_id() == thread_id_.load(); }

  // Runs on the calling thread until nothing is ready, due or runnable.
  void RunUntilIdleForTest();

 private:
  // Takes one event and says of what kind it was. kShutdown: the queue is shut down and empty.
  EventQueue::Kind Turn(Time deadline);
  void RunMessages();
  void RunOne();
  void Loop();

  // How long the next turn may block.
  Time NextDeadline() const { return runnables_.empty() ? alarms_.next() : kPast; }

  // Whether it may be parked.
  bool Idle() const;
  // Blocks until there is something to do, unless there is already, or it is time to look.
  void Park();
  void Wake();
  bool TakeTurns();
  // Gives back what TakeTurns() took, to nobody if there is nothing to do.
  void ReturnTurns(bool woken);

  const std::unique_ptr<EventQueue> queue_;
  Inbox inbox_;
  AlarmClock alarms_;
  std::deque<Runnable*> runnables_;
  Time now_;
  int events_in_a_row_ = 0;
  std::atomic<std::thread::id> thread_id_;
  std::function<bool()> idle_;  // null: it never parks

  // Who has the turns. Whoever has them touches the rest without a lock.
  enum class Turns { kOwnThread, kNobody, kCaller };
  std::mutex turns_mutex_;
  std::condition_variable turns_returned_;
  Turns turns_ = Turns::kOwnThread;
  // The event that told of the messages in the inbox was taken, or there will be none.
  bool messages_due_ = false;

  std::once_flag stop_once_;
  std::thread thread_;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_ASYNC_WORKER_H_
