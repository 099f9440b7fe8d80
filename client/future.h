#ifndef GATHER_CLIENT_FUTURE_H_
#define GATHER_CLIENT_FUTURE_H_

#include <concepts>
#include <coroutine>
#include <memory>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "gather/answer_state.h"
#include "gather/gather_answer.h"

namespace gather {

// The answer of a gather that was started, once it is there; T is what the blocking form returns.
//
//   auto future = gather::AsyncGather(client, a, b);
//   std::move(future).Then([](absl::StatusOr<std::tuple<A, B>> result) { … });
//
// There is one answer and it is given once: to Get(), to Then() or to co_await. Whoever asks again
// is answered with kFailedPrecondition.
//
// A future that is destroyed before anybody asked for the answer cancels its gather. The client
// must outlive its gathers: the last copy's end cancels what is pending and waits for it.
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
    decode_ = other.decode_;
    claimed_ = other.claimed_;
    return *this;
  }
  ~Future() { Abandon(); }

  // Blocks for the answer. At once, with kFailedPrecondition, on the client's own worker thread
  // (in a continuation without an executor), unless the answer is there already; the gather then
  // goes on.
  T Get() {
    const absl::Status ready = state_->Wait();
    return ready.ok() ? Take() : decode_(state_->RefusedAnswer(ready));
  }

  // Runs `callback` once with the answer, on options.executor or else on the client's worker
  // thread, which it must not block; never inside this call. From here on the gather belongs to
  // the callback: destroying the future cancels nothing any more, Cancel() still does.
  template <std::invocable<T> Callback>
  void Then(Callback callback) {
    const bool mine = state_->Claim();
    auto deliver = [state = state_, decode = decode_, mine,
                    callback = std::move(callback)]() mutable {
      std::move(callback)(decode(mine ? state->TakeAnswer() : state->GivenAwayAnswer()));
    };
    if (mine) {
      claimed_ = true;
      state_->OnAnswer(std::move(deliver));
    } else {
      state_->Dispatch(std::move(deliver));
    }
  }

  // Asks for the gather's end; the answer then is CANCELLED, unless it is there already. Any
  // number of times, from any thread.
  void Cancel() { state_->Cancel(); }

  // `co_await` from any coroutine: resumes it where Then() would run a callback, or goes straight
  // on when the answer is there. Destroying the suspended coroutine cancels the gather; it must
  // not happen while the answer is arriving.
  Awaiter operator co_await() && { return Awaiter(std::move(*this)); }

  // For the library itself: `decode` makes the user's form of the answer.
  Future(std::shared_ptr<internal::AnswerState> state, T (*decode)(internal::GatherAnswer))
      : state_(std::move(state)), decode_(decode) {}

 private:
  T Take() {
    if (!state_->Claim()) return decode_(state_->GivenAwayAnswer());
    claimed_ = true;
    return decode_(state_->TakeAnswer());
  }

  void Abandon() {
    if (state_ != nullptr && !claimed_) state_->Cancel();
  }

  std::shared_ptr<internal::AnswerState> state_;  // null: moved from
  T (*decode_)(internal::GatherAnswer);
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
    if (!future_.state_->Claim()) return false;
    stage_ = Stage::kSuspended;
    future_.state_->OnAnswer([this, coroutine] {
      stage_ = Stage::kResumed;
      coroutine.resume();
    });
    return true;
  }

  T await_resume() {
    if (stage_ == Stage::kResumed) return future_.decode_(future_.state_->TakeAnswer());
    return future_.Take();
  }

 private:
  enum class Stage { kFresh, kSuspended, kResumed };

  Future future_;
  Stage stage_ = Stage::kFresh;
};

}  // namespace gather

#endif  // GATHER_CLIENT_FUTURE_H_
