#ifndef GATHER_ENGINE_ASYNC_EVENT_QUEUE_H_
#define GATHER_ENGINE_ASYNC_EVENT_QUEUE_H_

#include "engine/async/operation.h"
#include "engine/async/time.h"

namespace gather::engine {

// What a worker waits on: finished operations, and time. GrpcQueue is the real one; tests script
// completions and clock through a fake one.
class EventQueue {
 public:
  enum class Kind { kCompletion, kTimeout, kWoken, kShutdown };
  struct Event {
    Kind kind = Kind::kTimeout;
    Operation* operation = nullptr;  // of kCompletion
    bool ok = false;                 // of kCompletion
  };

  virtual ~EventQueue() = default;

  // The next event, in the order in which operations finished. Blocks until there is one or
  // `deadline` has passed; what is there already wins over a deadline that has passed. After
  // Shutdown() the operations still outstanding are delivered, then kShutdown for ever.
  virtual Event Next(Time deadline) = 0;

  virtual Time Now() = 0;

  // Makes Next() return kWoken once. From any thread; no effect after Shutdown().
  virtual void Wake() = 0;

  // No operation may be started afterwards.
  virtual void Shutdown() = 0;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_ASYNC_EVENT_QUEUE_H_
