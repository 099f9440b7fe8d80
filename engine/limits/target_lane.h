#ifndef GATHER_ENGINE_LIMITS_TARGET_LANE_H_
#define GATHER_ENGINE_LIMITS_TARGET_LANE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "absl/strings/string_view.h"
#include "engine/limits/permit_waiter.h"
#include "engine/limits/target_permits.h"

namespace gather::engine {

// The sub-calls of one gather that wait for a permit of one target, first come, first served. It
// knows them by their indexes; who no longer waits is asked and not told: `waits(index)`. Not
// thread-safe.
class TargetLane {
 public:
  // All must outlive it but the waiter, which it keeps.
  TargetLane(TargetPermits* permits, absl::string_view principal, std::uint32_t weight,
             std::shared_ptr<PermitWaiter> waiter);
  TargetLane(const TargetLane&) = delete;
  TargetLane& operator=(const TargetLane&) = delete;

  // Every permit must have been released.
  ~TargetLane();

  const TargetPermits* permits() const { return permits_; }

  // `index` waits from now on, behind the others.
  void Park(std::uint32_t index) {
    parked_.push_back(index);
    ++waiting_;
  }

  // One that was parked does not wait any more.
  template <typename Waits>
  void Forget(Waits waits) {
    --waiting_;
    constexpr std::size_t kFew = 64;
    if (parked_.size() > 2 * std::size_t{waiting_} + kFew) {
      std::erase_if(parked_, [&waits](std::uint32_t index) { return !waits(index); });
    }
  }

  // How many wait, and for how many of them permits were asked.
  std::uint32_t waiting() const { return waiting_; }
  std::uint32_t asked() const { return asked_; }

  // Asks for permits for `wanted` of those that wait; `most` may start at once. Nullopt: asking
  // would change nothing.
  std::optional<TargetPermits::Turn> Ask(std::uint32_t wanted, std::uint32_t most);

  // Nothing is wanted for now.
  void Leave() { Ask(0, 0); }

  // The first, or the last, of those that wait; it is not parked any more. There must be one.
  template <typename Waits>
  std::uint32_t TakeFirst(Waits waits) {
    while (!waits(parked_.front())) parked_.pop_front();
    const std::uint32_t index = parked_.front();
    parked_.pop_front();
    --waiting_;
    return index;
  }
  template <typename Waits>
  std::uint32_t TakeLast(Waits waits) {
    while (!waits(parked_.back())) parked_.pop_back();
    const std::uint32_t index = parked_.back();
    parked_.pop_back();
    --waiting_;
    return index;
  }

  // One that was taken waits again, before the others.
  void PutBack(std::uint32_t index) {
    parked_.push_front(index);
    ++waiting_;
  }

  // Permits that Ask() gave and that nobody uses.
  void Return(std::uint32_t count) { permits_->Return(&claim_, count); }

  // A call that had a permit has ended.
  void Release(const TargetPermits::CallEnd& end) { permits_->Release(&claim_, end); }

 private:
  TargetPermits* const permits_;
  TargetPermits::Claim claim_;
  std::deque<std::uint32_t> parked_;  // among them some that no longer wait
  std::uint32_t waiting_ = 0;
  std::uint32_t asked_ = 0;  // for so many, without an answer yet
  bool more_ = false;        // some of them have permits that were too many for one turn
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_LIMITS_TARGET_LANE_H_
