#ifndef GATHER_ENGINE_LIMITS_TARGET_PERMITS_H_
#define GATHER_ENGINE_LIMITS_TARGET_PERMITS_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/async/time.h"
#include "engine/limits/adaptive_limit.h"
#include "engine/limits/fair_queue.h"
#include "engine/limits/permit_waiter.h"
#include "engine/limits/recent_values.h"
#include "engine/limits/target_limits.h"

namespace gather::engine {

// A target's permits: never more sub-calls in flight than it may have, all gathers and workers
// together, handed out fairly (see FairQueue). Shared by all workers. Thread-safe; a claim is its
// gather's and used by one thread at a time.
//
//   TargetPermits::Claim claim;
//   permits->Open(&claim, "alice", 1, waiter);
//   turn = permits->Ask(&claim, /*wanted=*/7, /*most=*/32);
//                                      // turn.granted may start now; the rest waits, or is refused
//   …                                  // waiter->OnPermits(): ask again
//   permits->Release(&claim, {…});     // for each that was started, when it has ended
//   permits->Close(&claim);
class TargetPermits {
 public:
  class Claim : private FairQueue::Claim {
   public:
    // Whether there is something to ask for that there was not at the last Ask(). Never misses any.
    bool has_news() const { return news_.load(std::memory_order_acquire); }

   private:
    friend class TargetPermits;
    std::shared_ptr<PermitWaiter> waiter_;
    std::uint32_t ready_ = 0;   // granted and not taken yet
    std::uint32_t waited_ = 0;  // of those, the ones that had to wait
    std::atomic<bool> news_{false};
  };

  // What comes of asking.
  struct Turn {
    std::uint32_t granted = 0;  // may start now
    std::uint32_t waited = 0;   // so many of them had to wait for it
    std::uint32_t refused = 0;  // the queue is full: so many of those wanted may not even wait
    bool more = false;          // permits are ready beyond `most`
    Duration usually_takes{0};  // what half of the calls of late took at least; 0: not known
  };

  // How a call ended that held a permit.
  struct CallEnd {
    enum class Kind : std::uint8_t {
      kAnswered,  // by the backend, well or badly
      kTimedOut,  // a drop, unless it had less time than calls usually take
      kRefused,   // by the backend or on the way, for load: a drop
      kStopped,   // by us: says nothing of the backend
    };
    Kind kind = Kind::kStopped;
    Time started;
    Time now;
  };

  struct Snapshot {
    std::uint32_t permits = 0;
    std::uint64_t held = 0;
    std::uint64_t waiting = 0;
    std::uint64_t refused = 0;       // since the start
    std::uint64_t had_to_wait = 0;   // permits that were not there at once, since the start
    std::uint64_t would_wait = 0;    // with dry_run
    std::uint64_t would_refuse = 0;  // with dry_run
  };

  explicit TargetPermits(const TargetLimits& limits);
  TargetPermits(const TargetPermits&) = delete;
  TargetPermits& operator=(const TargetPermits&) = delete;
  ~TargetPermits();

  // Other limits from now on; who holds and who waits stays, and what was learnt. `limits.any()`.
  void Configure(const TargetLimits& limits);

  // `waiter` is told when permits that were waited for are there, or when one that waited was
  // pushed out of the full queue by a shorter one.
  void Open(Claim* claim, absl::string_view principal, std::uint32_t weight,
            std::shared_ptr<PermitWaiter> waiter);

  // The claim wants to start `wanted` sub-calls, and not more than `most` of them now. What is not
  // granted waits, as long as that is wanted: the next call says anew how many. What had been
  // granted and is not wanted any more goes to others.
  Turn Ask(Claim* claim, std::uint32_t wanted, std::uint32_t most);

  // Permits that were granted and not used: they go to others.
  void Return(Claim* claim, std::uint32_t count);

  // A call that held a permit has ended.
  void Release(Claim* claim, const CallEnd& end);

  // Nothing is wanted any more; every call that was started must have been released.
  void Close(Claim* claim);

  Snapshot snapshot() const;

 private:
  using Waiters = std::vector<std::shared_ptr<PermitWaiter>>;

  void WantWaiting(Claim* claim, std::uint32_t wanted, Turn* turn, Waiters* told);
  void Grant(Claim* asking, Waiters* told);
  void DropReady(Claim* claim, std::uint32_t count);
  static void Tell(Claim* claim, Waiters* told);
  void Learn(const CallEnd& end);
  void LearnLatency(Duration took);
  std::uint32_t Limit() const;
  void SetPermits();
  void CountDry(std::uint64_t held_before);

  mutable std::mutex mutex_;
  TargetLimits limits_;  // its defaults filled in
  FairQueue queue_;
  std::optional<AdaptiveLimit> adaptive_;
  RecentValues microseconds_;  // of answered calls
  std::uint32_t learnt_ = 0;
  Duration usually_takes_{0};
  Snapshot counted_;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_LIMITS_TARGET_PERMITS_H_
