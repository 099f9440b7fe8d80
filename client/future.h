#ifndef GATHER_CLIENT_FUTURE_H_
#define GATHER_CLIENT_FUTURE_H_

#include <concepts>
#include <coroutine>
#include <functional>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "gather/answer_state.h"
#include "gather/future_state.h"
#include "gather/gather_answer.h"

namespace gather {

// The answer of what was started, once it is there; T is what the blocking form returns.
//
//   auto future = gather::AsyncGather(client, a, b);
//   std::move(future).Then([](absl::StatusOr<std::tuple<A, B>> result) { … });
//
// There is one answer and it is given once: to Get(), to Then() or to co_await. Whoever asks again
// is answered with kFailedPrecondition.
//
// A future that is destroyed before anybody asked for the answer cancels its gather or group. The
// client must outlive its gathers: the last copy's end cancels what is pending and waits for it.
//
// Movable. Not for two threads at once, but for Cancel().
template <typename T>
class [[nodiscard]] Future {
 public:
  class Awaiter;

  Future(Future&& other) noexcept = default;
  Future& operator=(Future&& other) noexcept {
    if (this == &other) return *this;
    Abandon();
    state_ = std::move(other.state_);
    read_ = std::move(other.read_);
    claimed_ = other.claimed_;
    return *this;
  }
  ~Future() { Abandon(); }

  // Blocks for the answer. At once, with kFailedPrecondition, on the client's own worker thread
  // (in a continuation without an executor), unless the answer is there already; what is awaited
  // then goes on.
  T Get() {
    const absl::Status ready = state_->Wait();
    return ready.ok() ? Take() : read_(ready);
  }

  // Runs `callback` once with the answer, on options.executor or else on the client's worker
  // thread, which it must not block; never inside this call. From here on the gather belongs to
  // the callback: destroying the future cancels nothing any more, Cancel() still does. Callbacks of
  // several futures may run at the same time where there are several such threads (see
  // Options::executor).
  template <std::invocable<T> Callback>
  void Then(Callback callback) {
    const bool mine = TakeClaim();
    auto deliver = [state = state_, read = read_, mine, callback = std::move(callback)]() mutable {
      std::move(callback)(read(mine ? absl::OkStatus() : internal::GivenAwayError()));
    };
    if (mine) {
      state_->OnAnswer(std::move(deliver));
    } else {
      state_->Dispatch(std::move(deliver));
    }
  }

  // Asks for the end of what is awaited; the answer then is CANCELLED, unless it is there already.
  // Any number of times, from any thread.
  void Cancel() { state_->Cancel(); }

  // `co_await` from any coroutine: resumes it where Then() would run a callback, or goes straight
  // on when the answer is there. Destroying the suspended coroutine cancels what is awaited; it
  // must not happen while the answer is arriving.
  Awaiter operator co_await() && { return Awaiter(std::move(*this)); }

  // For the library itself: `decode` makes the user's form of the answer.
  Future(std::shared_ptr<internal::AnswerState> state, T (*decode)(internal::GatherAnswer))
      : read_([raw = state.get(), decode](const absl::Status& refusal) {
          return decode(refusal.ok() ? raw->TakeAnswer() : raw->RefusedAnswer(refusal));
        }) {
    state_ = std::move(state);
  }

  // For the library itself: `read` makes the user's form of the answer in `state` if the status is
  // OK, once; else of the refusal to give it.
  Future(std::shared_ptr<internal::FutureState> state, std::function<T(const absl::Status&)> read)
      : state_(std::move(state)), read_(std::move(read)) {}

 private:
  T Take() { return read_(TakeClaim() ? absl::OkStatus() : internal::GivenAwayError()); }

  bool TakeClaim() {
    const bool mine = state_->Claim();
    claimed_ = claimed_ || mine;
    return mine;
  }

  void Abandon() {
    if (state_ != nullptr && !claimed_) state_->Cancel();
  }

  std::shared_ptr<internal::FutureState> state_;  // null: moved from
  std::function<T(const absl::Status&)> read_;
  bool claimed_ = false;
};

template <typename T>
class Future<T>::Awaiter {
 public:
  explicit Awaiter(Future future) : future_(std::move(future)) {}
  Awaiter(Awaiter&&) = delete;
  ~Awaiter() {
    if (stage_ == Stage::kSuspended) future_.state_->DropContinuation();
  }

  bool await_ready() const { return future_.state_->answered(); }

  bool await_suspend(std::coroutine_handle<> coroutine) {
    // The coroutine may be gone, and this with it, before OnAnswer() returns.
    const std::shared_ptr<internal::FutureState> state = future_.state_;
    if (!state->Claim()) return false;
    stage_ = Stage::kSuspended;
    state->OnAnswer([this, coroutine] {
      stage_ = Stage::kResumed;
      coroutine.resume();
    });
    return true;
  }

  T await_resume() {
    if (stage_ == Stage::kResumed) return future_.read_(absl::OkStatus());
    return future_.Take();
  }

 private:
  enum class Stage { kFresh, kSuspended, kResumed };

  Future future_;
  Stage stage_ = Stage::kFresh;
};

}  // namespace gather

#endif  // GATHER_CLIENT_FUTURE_H_
