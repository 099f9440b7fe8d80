#ifndef GATHER_ENGINE_GATHER_STATE_H_
#define GATHER_ENGINE_GATHER_STATE_H_

#include <cstdint>
#include <optional>

#include "engine/policy.h"
#include "engine/slot_table.h"
#include "gather/v1/gather.pb.h"

namespace gather::engine {

// The state of one gather: which slots wait, run or have ended, whether it is decided, and why
// what has not ended is to stop. Pure: events in, answers out; no clock, threads, locks or gRPC.
//
//   slot:    queued ──Start──▶ running ──End──▶ ended
//            queued ──End────────────────────▶ ended
//   gather:  open ──(policy, or Stop)──▶ decided ──(last slot ended)──▶ done
//
// Once decided, nothing may be started any more, and `stop()` tells what the slots that are still
// open are given. Neither the decision nor a slot's end is ever changed. An ended slot takes no
// memory.
class GatherState {
 public:
  enum class Phase : std::uint8_t { kQueued, kRunning, kEnded };

  // Why open slots are to stop.
  struct StopReason {
    v1::Cause cause = v1::CAUSE_UNSPECIFIED;
    std::optional<std::uint32_t> caused_by;
  };

  // A sub-call's end as the state sees it: a policy's event, or none of its business, since the
  // gather itself cancelled it or lets it run on detached.
  enum class SlotEnd : std::uint8_t { kSuccess, kFailure, kWithdrawn, kStopped };

  explicit GatherState(const PolicyRule& rule) : policy_(rule) {}

  // One more slot, queued; returns its index. Not after Seal(). Once decided it may still be added,
  // to be ended as kStopped.
  std::uint32_t Add(v1::Requirement requirement);

  // No more slots will come. May decide: see decided().
  void Seal();

  // Whether `slot` may be started now.
  bool MayStart(std::uint32_t slot) const { return !decided() && phase(slot) == Phase::kQueued; }
  void Start(std::uint32_t slot);

  // `slot` ended. Returns whether this decided the gather. kStopped only once it is decided.
  bool End(std::uint32_t slot, SlotEnd end);

  // The gather is to stop: CALLER, GATHER_DEADLINE or SHUTDOWN. Returns whether this decided it;
  // a decision that stands already stays, and with it the reason to stop.
  bool Stop(v1::Cause cause);

  // The group's owner waits for no more: what is open is to stop. Returns whether this decided it.
  bool EndEarly();

  bool decided() const { return decision_.has_value(); }
  const std::optional<PolicyDecision>& decision() const { return decision_; }
  const StopReason& stop() const { return stop_; }
  Phase phase(std::uint32_t slot) const {
    const Slot* const found = slots_.Find(slot);
    return found == nullptr ? Phase::kEnded : found->phase;
  }
  std::uint32_t size() const { return slots_.size(); }

  // The first slot from `slot` on that has not ended; size() if there is none.
  std::uint32_t NextOpen(std::uint32_t slot) const { return slots_.NextLive(slot); }
  std::uint32_t open() const { return open_; }

  // How many were added that are not OPTIONAL.
  std::uint32_t counting() const { return counting_; }

  // Decided, and every slot has ended.
  bool done() const { return decided() && open_ == 0; }

 private:
  struct Slot {
    Phase phase = Phase::kQueued;
    std::uint8_t requirement = 0;
  };

  bool TakeDecision();

  Policy policy_;
  SlotTable<Slot> slots_;
  std::uint32_t open_ = 0;
  std::uint32_t counting_ = 0;
  std::optional<PolicyDecision> decision_;
  StopReason stop_;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_GATHER_STATE_H_
