#ifndef GATHER_TESTS_SUPPORT_FAKE_QUEUE_H_
#define GATHER_TESTS_SUPPORT_FAKE_QUEUE_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>

#include "engine/async/event_queue.h"
#include "engine/async/operation.h"
#include "engine/async/time.h"

namespace gather::testing {

// An event queue without gRPC: the test says which operation completes and what time it is.
//
//   FakeQueue queue;
//   queue.Complete(&operation, /*ok=*/true);
//   queue.Advance(std::chrono::milliseconds(50));
//   queue.Next(engine::kPast);  // the completion
//
// Events come in the order in which they were put in. The clock stands still until it is advanced.
// Next() blocks only when it has to wait for an event or for the clock; a worker that is driven by
// RunUntilIdleForTest() never does.
//
// Threads: all methods from any.
class FakeQueue final : public engine::EventQueue {
 public:
  FakeQueue() = default;
  FakeQueue(const FakeQueue&) = delete;
  FakeQueue& operator=(const FakeQueue&) = delete;

  // `operation` is outstanding: after Shutdown(), Next() waits for its completion.
  void Begin();

  // The completion of an operation, begun or not. Those of ones that were not begun must come
  // before Shutdown().
  void Complete(engine::Operation* operation, bool ok);

  void Advance(engine::Duration duration);

  // No effect when that time has passed.
  void AdvanceTo(engine::Time time);

  // How many events are waiting to be taken.
  std::size_t ready();

  // How often Next() was called: a measure of work that needs no clock.
  std::size_t turns();

  // EventQueue
  Event Next(engine::Time deadline) override;
  engine::Time Now() override;
  void Wake() override;
  void Shutdown() override;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Event> events_;
  engine::Time now_{std::chrono::hours(1)};
  std::size_t begun_ = 0;  // and not completed
  std::size_t turns_ = 0;
  bool shut_down_ = false;
};

}  // namespace gather::testing

#endif  // GATHER_TESTS_SUPPORT_FAKE_QUEUE_H_
