#ifndef GATHER_TESTS_SUPPORT_FAKE_INVOKER_H_
#define GATHER_TESTS_SUPPORT_FAKE_INVOKER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/async/operation.h"
#include "engine/async/time.h"
#include "engine/attempt.h"
#include "engine/forwarded.h"
#include "engine/reply_collector.h"
#include "engine/target.h"
#include "gather/v1/gather.pb.h"
#include "tests/support/fake_queue.h"

namespace gather::testing {

class FakeInvoker;

// Results as a backend, the transport, or gRPC after a cancel would give them.
engine::AttemptResult Reply(absl::string_view bytes);
engine::AttemptResult EndOfStream();
engine::AttemptResult BackendFailure(int code, absl::string_view message);
engine::AttemptResult TransportFailure(absl::string_view message, bool sent);
engine::AttemptResult CancelledByUs();

// One attempt that the test ends by hand.
class FakeAttempt final : public engine::Attempt, private engine::Operation {
 public:
  explicit FakeAttempt(FakeInvoker* invoker) : invoker_(invoker) {}

  std::uint32_t slot() const { return slot_; }
  engine::Time deadline() const { return call_.deadline; }
  const engine::Target* target() const { return call_.target; }
  const std::string& method() const { return method_; }
  std::string request() const;
  const std::vector<const v1::Metadata*>& metadata() const { return *call_.metadata; }
  const engine::Forwarded* forwarded() const { return call_.forwarded; }
  bool server_streaming() const { return call_.server_streaming; }

  // Whether the run asked it to stop.
  bool cancelled() const { return cancelled_; }

  // Whether it was let go, to run on without its gather.
  bool detached() const { return detached_; }

  // Whether its result has arrived: see Complete().
  bool arrived() const { return arrived_; }

  // A message of a server-streaming method has come and was read. One that is over a bound makes it
  // stop, as a real attempt does. On the worker's thread.
  void Bring(absl::string_view message);

  // Its result has arrived: the run hears of it when the worker comes to it in the queue. A cancel
  // that is processed in between changes nothing any more. No effect when a result was there
  // before. From any thread, as long as nothing else ends it. A server-streaming one's success
  // holds what was brought.
  void Complete(engine::AttemptResult result);

  // Attempt
  void Cancel() override;
  void Detach() override;

 private:
  friend class FakeInvoker;
  void Begin(std::list<FakeAttempt>::iterator self, engine::AttemptCall call,
             engine::AttemptObserver* observer, std::uint32_t slot);
  void OnDone(bool ok) override;

  FakeInvoker* const invoker_;
  std::list<FakeAttempt>::iterator self_;
  engine::AttemptCall call_;
  std::string method_;
  engine::AttemptObserver* observer_ = nullptr;
  std::uint32_t slot_ = 0;
  bool cancelled_ = false;
  bool detached_ = false;
  std::atomic<bool> arrived_{false};
  engine::AttemptResult result_;
  engine::ReplyCollector collector_;
};

// Starts attempts that nobody carries out: they end when the test, or its script, says so, in any
// order, and their ends reach the worker through the FakeQueue.
//
//   FakeInvoker invoker(&queue);
//   …                                                // a run starts its attempts
//   invoker.Find(1)->Complete(Reply("b"));           // by hand
//   invoker.SetScript([](const FakeAttempt& attempt) { return Reply("at once"); });
//
// By default a cancelled attempt ends at once with CANCELLED, as gRPC's do.
//
// Threads: the worker's only, but for FakeAttempt::Complete().
class FakeInvoker final : public engine::Invoker {
 public:
  // What the script gives has arrived before Start() returns; nullopt: left to the test.
  using Script = std::function<std::optional<engine::AttemptResult>(FakeAttempt& attempt)>;

  explicit FakeInvoker(FakeQueue* queue) : queue_(queue) {}
  FakeInvoker(const FakeInvoker&) = delete;
  FakeInvoker& operator=(const FakeInvoker&) = delete;
  ~FakeInvoker() override;

  void SetScript(Script script) { script_ = std::move(script); }

  // Hears of each result just before the run is given it.
  using Listener = std::function<void(const FakeAttempt& attempt, const engine::AttemptResult&)>;
  void SetListener(Listener listener) { listener_ = std::move(listener); }

  // Hears of each attempt that is asked to stop, before its result can arrive.
  using CancelListener = std::function<void(const FakeAttempt& attempt)>;
  void SetCancelListener(CancelListener listener) { cancel_listener_ = std::move(listener); }

  // From now on a cancelled attempt goes on until the test ends it.
  void IgnoreCancels() { ignore_cancels_ = true; }

  // What one server-streaming sub-call may bring; 1 MiB unless set.
  void SetMaxReplyBytes(std::uint64_t bytes) { max_reply_bytes_ = bytes; }

  // The outstanding attempt of `slot`, which must be there; the one that was started last.
  FakeAttempt* Find(std::uint32_t slot);
  bool IsOutstanding(std::uint32_t slot) const;

  // Those outstanding, in the order in which they were started.
  std::vector<FakeAttempt*> Outstanding();
  std::size_t outstanding() const { return outstanding_.size(); }

  // The most that were ever outstanding together.
  std::size_t most_outstanding() const { return most_outstanding_; }

  // The slots of all attempts in the order of their starts, and of their cancels.
  const std::vector<std::uint32_t>& started() const { return started_; }
  const std::vector<std::uint32_t>& cancelled() const { return cancelled_; }

  // The `channel_id`s that it was told to drop, in this order.
  const std::vector<std::size_t>& dropped() const { return dropped_; }

  // Invoker
  engine::Attempt* Start(engine::AttemptCall call, engine::AttemptObserver* observer,
                         std::uint32_t slot) override;
  void Drop(std::size_t channel_id) override { dropped_.push_back(channel_id); }

 private:
  friend class FakeAttempt;

  FakeQueue* const queue_;
  Script script_;
  Listener listener_;
  CancelListener cancel_listener_;
  bool ignore_cancels_ = false;
  std::uint64_t max_reply_bytes_ = 1 << 20;
  std::list<FakeAttempt> outstanding_;
  std::list<FakeAttempt> spare_;
  std::size_t most_outstanding_ = 0;
  std::vector<std::uint32_t> started_;
  std::vector<std::uint32_t> cancelled_;
  std::vector<std::size_t> dropped_;
};

}  // namespace gather::testing

#endif  // GATHER_TESTS_SUPPORT_FAKE_INVOKER_H_
