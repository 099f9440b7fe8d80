#ifndef GATHER_ENGINE_ASYNC_WORKER_H_
#define GATHER_ENGINE_ASYNC_WORKER_H_

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

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
// Threads: Post(), Stop() and OnThread() from any; all else on the worker's own.
class Worker {
 public:
  explicit Worker(std::unique_ptr<EventQueue> queue);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Stops and joins.
  ~Worker();

  // Starts the thread. Without it, a test calls RunUntilIdle().
  void Start();

  // Ends the worker: messages posted so far are run, the queue is shut down, what is outstanding
  // on it is delivered, the thread ends. Whoever calls it must have seen to it that nothing starts
  // new operations any more. Idempotent. Blocks until the thread has ended; not on the worker's
  // own thread.
  void Stop();

  // Runs `message` on the worker's thread, soon. False: the worker is ending, it will not run.
  bool Post(std::function<void()> message);

  // Gives `runnable` a turn, after those that wait already. No effect when it is waiting. It must
  // stay alive until its turn comes or Forget().
  void Schedule(Runnable* runnable);

  // `runnable` will have no turn.
  void Forget(Runnable* runnable);

  AlarmClock* alarms() { return &alarms_; }

  // The time at which the current event was taken.
  Time now() const { return now_; }

  bool OnThread() const { return std::this_thread::get_id() == thread_id_.load(); }

  // Runs on the calling thread until nothing is ready, due or runnable.
  void RunUntilIdleForTest();

 private:
  // Takes one event and says of what kind it was. kShutdown: the queue is shut down and empty.
  EventQueue::Kind Turn(Time deadline);
  void RunMessages();
  void RunOne();
  void Loop();

  const std::unique_ptr<EventQueue> queue_;
  Inbox inbox_;
  AlarmClock alarms_;
  std::deque<Runnable*> runnables_;
  Time now_;
  int events_in_a_row_ = 0;
  std::atomic<std::thread::id> thread_id_;
  std::once_flag stop_once_;
  std::thread thread_;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_ASYNC_WORKER_H_
