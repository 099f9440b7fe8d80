#include "engine/limits/target_permits.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace gather::engine {
namespace {

// Where nothing is said.
constexpr std::uint32_t kMostAdaptive = 1'000'000;
constexpr std::uint32_t kMostQueued = 100'000;
constexpr std::uint64_t kQueuedForEach = 100;

TargetLimits Resolved(TargetLimits limits) {
  if (limits.max_queued == 0) {
    const std::uint64_t queued = kQueuedForEach * limits.max_in_flight;
    const bool bounded = queued > 0 && queued < std::numeric_limits<std::uint32_t>::max();
    limits.max_queued = bounded ? static_cast<std::uint32_t>(queued) : kMostQueued;
  }
  if (limits.max_in_flight == 0) limits.max_in_flight = kMostAdaptive;
  return limits;
}

AdaptiveSettings AdaptiveOf(const TargetLimits& limits) {
  return {limits.adaptive->min_in_flight, limits.adaptive->initial_in_flight, limits.max_in_flight};
}

}  // namespace

TargetPermits::TargetPermits(const TargetLimits& limits) { Configure(limits); }

TargetPermits::~TargetPermits() = default;

void TargetPermits::Configure(const TargetLimits& limits) {
  Waiters told;
  {
    std::lock_guard lock(mutex_);
    limits_ = Resolved(limits);
    if (!limits_.adaptive) {
      adaptive_.reset();
    } else if (adaptive_) {
      adaptive_->SetBounds(AdaptiveOf(limits_));
    } else {
      adaptive_.emplace(AdaptiveOf(limits_));
    }
    queue_.SetUnfair(limits_.unfair);
    SetPermits();
    Grant(nullptr, &told);
  }
  for (const auto& waiter : told) waiter->OnPermits();
}

std::uint32_t TargetPermits::Limit() const {
  return adaptive_ ? adaptive_->limit() : limits_.max_in_flight;
}

void TargetPermits::SetPermits() {
  constexpr std::uint32_t kAll = std::numeric_limits<std::uint32_t>::max();
  queue_.SetPermits(limits_.dry_run ? kAll : Limit());
}

void TargetPermits::Open(Claim* claim, absl::string_view principal, std::uint32_t weight,
                         std::shared_ptr<PermitWaiter> waiter) {
  std::lock_guard lock(mutex_);
  claim->waiter_ = std::move(waiter);
  queue_.Open(claim, principal, weight);
}

TargetPermits::Turn TargetPermits::Ask(Claim* claim, std::uint32_t wanted, std::uint32_t most) {
  Turn turn;
  Waiters told;
  {
    std::lock_guard lock(mutex_);
    claim->news_.store(false, std::memory_order_relaxed);
    if (claim->ready_ > wanted) DropReady(claim, claim->ready_ - wanted);
    const std::uint64_t held = queue_.held();
    WantWaiting(claim, wanted - claim->ready_, &turn, &told);
    Grant(claim, &told);
    if (limits_.dry_run) CountDry(held);
    turn.granted = std::min(claim->ready_, most);
    turn.waited = std::min(claim->waited_, turn.granted);
    claim->ready_ -= turn.granted;
    claim->waited_ -= turn.waited;
    turn.more = claim->ready_ > 0;
    turn.usually_takes = usually_takes_;
  }
  for (const auto& waiter : told) waiter->OnPermits();
  return turn;
}

// Exactly `wanted` are to wait from now on. Those for which permits are free pass the queue without
// filling it.
void TargetPermits::WantWaiting(Claim* claim, std::uint32_t wanted, Turn* turn, Waiters* told) {
  const std::uint32_t waiting = static_cast<FairQueue::Claim*>(claim)->waiting();
  if (waiting >= wanted) return queue_.Leave(claim, waiting - wanted);
  std::uint64_t more = wanted - waiting;
  const std::uint64_t in_order = std::max<std::uint64_t>(queue_.permits(), queue_.held());
  const std::uint64_t room_in_all = in_order - queue_.held() + limits_.max_queued;
  const std::uint64_t room = room_in_all - std::min(room_in_all, queue_.waiting());
  queue_.Wait(claim, static_cast<std::uint32_t>(std::min(more, room)));
  more -= std::min(more, room);
  for (; more > 0 && !limits_.unfair; --more) {
    FairQueue::Claim* const victim = queue_.PushOutFor(*claim);
    if (victim == nullptr) break;
    Tell(static_cast<Claim*>(victim), told);
    queue_.Wait(claim, 1);
  }
  turn->refused = static_cast<std::uint32_t>(more);
  counted_.refused += more;
}

void TargetPermits::Grant(Claim* asking, Waiters* told) {
  while (FairQueue::Claim* const next = queue_.Grant()) {
    Claim* const claim = static_cast<Claim*>(next);
    ++claim->ready_;
    if (claim == asking) continue;
    ++claim->waited_;
    ++counted_.had_to_wait;
    Tell(claim, told);
  }
}

void TargetPermits::DropReady(Claim* claim, std::uint32_t count) {
  claim->ready_ -= count;
  claim->waited_ = std::min(claim->waited_, claim->ready_);
  for (; count > 0; --count) queue_.Release(claim);
}

void TargetPermits::Tell(Claim* claim, Waiters* told) {
  if (claim->news_.exchange(true, std::memory_order_release)) return;
  told->push_back(claim->waiter_);
}

// What would have been, if the limits were more than counted.
void TargetPermits::CountDry(std::uint64_t held_before) {
  const std::uint64_t limit = Limit();
  const std::uint64_t full = limit + limits_.max_queued;
  const auto beyond = [&](std::uint64_t bound) {
    return queue_.held() - std::clamp(bound, held_before, std::max(held_before, queue_.held()));
  };
  counted_.would_refuse += beyond(full);
  counted_.would_wait += beyond(limit) - beyond(full);
}

void TargetPermits::Return(Claim* claim, std::uint32_t count) {
  if (count == 0) return;
  Waiters told;
  {
    std::lock_guard lock(mutex_);
    for (; count > 0; --count) queue_.Release(claim);
    Grant(nullptr, &told);
  }
  for (const auto& waiter : told) waiter->OnPermits();
}

void TargetPermits::Release(Claim* claim, const CallEnd& end) {
  Waiters told;
  {
    std::lock_guard lock(mutex_);
    Learn(end);
    queue_.Release(claim);
    Grant(nullptr, &told);
  }
  for (const auto& waiter : told) waiter->OnPermits();
}

void TargetPermits::Learn(const CallEnd& end) {
  using Kind = CallEnd::Kind;
  const Duration took = end.now - end.started;
  // Whoever gives calls no time must not make the limit small for everybody.
  const bool had_time = end.kind != Kind::kTimedOut || took >= usually_takes_;
  if (end.kind == Kind::kStopped || !had_time) return;
  const bool dropped = end.kind != Kind::kAnswered;
  if (adaptive_) {
    adaptive_->OnEnd(end.started, end.now, dropped, static_cast<std::uint32_t>(queue_.held()));
    SetPermits();
  }
  if (!dropped) LearnLatency(took);
}

void TargetPermits::LearnLatency(Duration took) {
  using std::chrono::microseconds;
  const auto count = std::chrono::duration_cast<microseconds>(took).count();
  microseconds_.Add(static_cast<std::uint64_t>(std::max<std::int64_t>(count, 0)));
  constexpr std::uint32_t kEvery = 16;
  if (learnt_++ % kEvery != 0) return;
  usually_takes_ = microseconds(static_cast<std::int64_t>(microseconds_.Quantile(0.5).low));
}

void TargetPermits::Close(Claim* claim) {
  Waiters told;
  {
    std::lock_guard lock(mutex_);
    queue_.Leave(claim, static_cast<FairQueue::Claim*>(claim)->waiting());
    DropReady(claim, claim->ready_);
    Grant(nullptr, &told);
    queue_.Close(claim);
    claim->waiter_.reset();
  }
  for (const auto& waiter : told) waiter->OnPermits();
}

TargetPermits::Snapshot TargetPermits::snapshot() const {
  std::lock_guard lock(mutex_);
  Snapshot snapshot = counted_;
  snapshot.permits = Limit();
  snapshot.held = queue_.held();
  snapshot.waiting = queue_.waiting();
  return snapshot;
}

}  // namespace gather::engine
