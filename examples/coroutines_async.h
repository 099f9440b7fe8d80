#ifndef GATHER_EXAMPLES_COROUTINES_ASYNC_H_
#define GATHER_EXAMPLES_COROUTINES_ASYNC_H_

#include <atomic>
#include <coroutine>
#include <exception>
#include <future>
#include <memory>
#include <optional>
#include <utility>

namespace demo {

// A coroutine that gives a T; about the smallest that is of use. Any other coroutine type awaits
// Gather's futures and tasks just as well.
//
//   Async<int> Sum(gather::TaskGroup& group) {
//     Async<int> a = Half(group, 1);  // runs until it waits for something
//     Async<int> b = Half(group, 2);  // runs beside it
//     co_return co_await a + co_await b;
//   }
//
// Starts at once, on the thread that calls it, and goes on wherever what it awaits resumes it.
// Awaiting takes its result, once. Await each: one that has not ended must not be destroyed.
template <typename T>
class [[nodiscard]] Async {
 public:
  struct promise_type;

  Async(Async&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  ~Async() {
    if (coroutine_ != nullptr) coroutine_.destroy();
  }

  bool await_ready() const { return coroutine_.promise().ended(); }
  bool await_suspend(std::coroutine_handle<> awaiting) {
    return coroutine_.promise().ResumeAtEnd(awaiting);
  }
  T await_resume() { return coroutine_.promise().Take(); }

 private:
  using Coroutine = std::coroutine_handle<promise_type>;

  explicit Async(Coroutine coroutine) : coroutine_(coroutine) {}

  Coroutine coroutine_;
};

template <typename T>
struct Async<T>::promise_type {
  Async get_return_object() { return Async(Coroutine::from_promise(*this)); }
  std::suspend_never initial_suspend() { return {}; }
  auto final_suspend() noexcept {
    struct End {
      bool await_ready() noexcept { return false; }
      void await_suspend(Coroutine coroutine) noexcept { coroutine.promise().End(); }
      void await_resume() noexcept {}
    };
    return End();
  }
  void return_value(T value) { value_ = std::move(value); }
  void unhandled_exception() { std::terminate(); }

  bool ended() const { return state_ == this; }

  // False: it has ended already, so that whoever awaits it can go on without being resumed.
  bool ResumeAtEnd(std::coroutine_handle<> awaiting) {
    void* running = nullptr;
    return state_.compare_exchange_strong(running, awaiting.address());
  }

  T Take() { return *std::move(value_); }

 private:
  // Nothing is touched afterwards: who awaits it may have destroyed it by then.
  void End() {
    void* const awaiting = state_.exchange(this);
    if (awaiting != nullptr) std::coroutine_handle<>::from_address(awaiting).resume();
  }

  std::optional<T> value_;
  std::atomic<void*> state_ = nullptr;  // null: running; itself: ended; else who awaits it
};

// A coroutine that nobody awaits.
struct Detached {
  struct promise_type {
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

template <typename T>
Detached Forward(Async<T> from, std::shared_ptr<std::promise<T>> to) {
  to->set_value(co_await from);
}

// Blocks for the result, on a thread that no coroutine runs on.
template <typename T>
T Get(Async<T> async) {
  auto result = std::make_shared<std::promise<T>>();
  Forward(std::move(async), result);
  return result->get_future().get();
}

}  // namespace demo

#endif  // GATHER_EXAMPLES_COROUTINES_ASYNC_H_
