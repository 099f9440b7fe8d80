#ifndef GATHER_ENGINE_ASYNC_INBOX_H_
#define GATHER_ENGINE_ASYNC_INBOX_H_

#include <functional>
#include <mutex>
#include <vector>

namespace gather::engine {

// How another thread reaches a worker: it posts a function, and the worker runs it on its own
// thread. In order per posting thread.
class Inbox {
 public:
  using Message = std::function<void()>;

  enum class Posted {
    kFirst,   // the worker must be woken
    kQueued,  // somebody has woken it already
    kClosed,  // the worker is ending: the message was dropped
  };

  // From any thread.
  Posted Post(Message message);

  // All messages so far, in order. On the worker's thread.
  std::vector<Message> Take();

  // From any thread.
  bool empty() const;

  // No message is taken in afterwards.
  void Close();

 private:
  mutable std::mutex mutex_;  // std's and not Abseil's: a race detector sees through it
  std::vector<Message> messages_;
  bool closed_ = false;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_ASYNC_INBOX_H_
