// What a run does for the permits of those targets that have some.

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "engine/ending.h"
#include "engine/field_checks.h"
#include "engine/gather_run.h"
#include "engine/target.h"

namespace gather::engine {
namespace {

using SlotEnd = GatherState::SlotEnd;

constexpr int kDeadlineExceeded = static_cast<int>(absl::StatusCode::kDeadlineExceeded);
constexpr int kResourceExhausted = static_cast<int>(absl::StatusCode::kResourceExhausted);
constexpr int kUnavailable = static_cast<int>(absl::StatusCode::kUnavailable);

Refusal TargetFull(std::uint32_t index, const PlannedCall& call) {
  const TargetPermits::Snapshot full = call.target->permits->snapshot();
  return Refuse(
      {"target", index}, absl::StatusCode::kResourceExhausted, "TARGET_LIMIT",
      absl::StrCat("\"", call.target_name, "\" has ", full.held, " sub-calls in flight and ",
                   full.waiting, " waiting, which is all that it may have"),
      absl::StrCat(full.permits));
}

}  // namespace

// Those behind it may go to other targets meanwhile. It holds nothing while it waits, not even a
// permit of the gather: all that it needs it takes at once.
void GatherRun::Park(std::uint32_t index, TargetLane* lane) {
  slots_[index].lane = lane;
  lane->Park(index);
}

TargetLane* GatherRun::LaneOf(const Target& target) {
  TargetPermits* const permits = target.permits.get();
  for (const auto& lane : lanes_) {
    if (lane->permits() == permits) return lane.get();
  }
  if (turn_waiter_ == nullptr) {
    turn_waiter_ = std::make_shared<TurnWaiter>(worker_, static_cast<Runnable*>(this));
  }
  lanes_.push_back(
      std::make_unique<TargetLane>(permits, settings_.principal, settings_.weight, turn_waiter_));
  return lanes_.back().get();
}

bool GatherRun::LaunchParked(int* launched) {
  bool more = false;
  for (const auto& lane : lanes_) {
    if (state_.decided()) return true;
    more |= LaunchLane(lane.get(), launched);
  }
  return more;
}

// Returns whether there is more to do at once.
bool GatherRun::LaunchLane(TargetLane* lane, int* launched) {
  const std::uint32_t wanted = paused_ || full_ ? 0 : std::min(lane->waiting(), limiter_.free());
  const std::uint32_t now = std::min(wanted, lane->asked() + kSlotsPerQuantum);
  const auto turn = lane->Ask(now, static_cast<std::uint32_t>(kQuantum - *launched));
  if (!turn) return false;
  LaunchGranted(*turn, lane, launched);
  if (!state_.decided()) RefuseParked(turn->refused, lane);
  const bool others_want_the_place = turn->refused > 0 && lane->waiting() > 0;
  return !full_ && (turn->more || now < wanted || others_want_the_place);
}

void GatherRun::LaunchGranted(const TargetPermits::Turn& turn, TargetLane* lane, int* launched) {
  std::uint32_t used = 0;
  for (std::uint32_t seen = 0; used < turn.granted && lane->waiting() > 0; ++seen) {
    const std::uint32_t index = lane->TakeFirst(WaitsNow());
    Slot& slot = slots_[index];
    if (seen < turn.waited && !EndsInTime(slot, turn.usually_takes)) {
      GiveUpParked(index, *slot.call->target);
      if (state_.decided() || paused_) break;
      continue;
    }
    if (!HasRoom(index)) {
      lane->PutBack(index);
      full_ = true;
      lane->Leave();
      break;
    }
    limiter_.TryAcquire();
    Launch(index);
    ++used;
  }
  *launched += static_cast<int>(used);
  lane->Return(turn.granted - used);
}

// Only those that had to wait are asked: who finds a permit free is started, and shows anew what
// calls take.
bool GatherRun::EndsInTime(const Slot& slot, Duration usually_takes) const {
  if (slot.call->shielded || usually_takes == Duration(0)) return true;
  const Time deadline = std::min(slot.own_deadline, settings_.deadline);
  return deadline == kNever || worker_->now() + usually_takes <= deadline;
}

// The gather's deadline ends all that is open when it comes, and not before.
void GatherRun::GiveUpParked(std::uint32_t index, const Target& target) {
  slots_[index].lane = nullptr;
  if (slots_[index].own_deadline > settings_.deadline) return;
  EndSlot(index, TooLateToStart(target.name), SlotEnd::kFailure);
}

// The last to come are refused.
void GatherRun::RefuseParked(std::uint32_t count, TargetLane* lane) {
  for (; count > 0 && !state_.decided() && lane->waiting() > 0; --count) {
    const std::uint32_t index = lane->TakeLast(WaitsNow());
    slots_[index].lane = nullptr;
    EndSlot(index, Rejected(TargetFull(index, *slots_[index].call)), SlotEnd::kFailure);
  }
}

void GatherRun::MakeRoom() {
  turn_waiter_ = std::make_shared<TurnWaiter>(worker_, static_cast<Runnable*>(this));
  room_ = std::make_unique<ReplyRoom>(settings_.buffered, turn_waiter_);
  budget_.SetRoom(room_.get());
}

// Room for the reply of a sub-call that is about to be started. Messages of a stream have theirs
// when they come. Without room the run is woken when there is some.
bool GatherRun::Reserve(std::uint32_t index) {
  Slot& slot = slots_[index];
  const PlannedCall& call = *slot.call;
  const std::uint64_t most = call.target->channel.max_reply_bytes;
  const std::uint64_t bytes =
      call.server_streaming ? 0
                            : settings_.reply_sizes->Expect(call.target_name, call.method, most);
  if (!room_->Reserve(bytes, clock_.outstanding() == 0)) return false;
  slot.reserved = bytes;
  return true;
}

void GatherRun::LearnSize(const PlannedCall& call, const AttemptResult& result) {
  if (call.server_streaming) return;
  settings_.reply_sizes->Add(call.target_name, call.method, result.reply.Length());
}

void GatherRun::LeaveLanes() {
  for (const auto& lane : lanes_) lane->Leave();
}

TargetPermits::CallEnd GatherRun::ToCallEnd(const Slot& slot, const AttemptResult& result) const {
  using Kind = TargetPermits::CallEnd::Kind;
  const auto kind = [&] {
    if (result.code == 0) return Kind::kAnswered;
    if (result.code == kDeadlineExceeded) return Kind::kTimedOut;
    if (slot.cancelled_for == v1::CAUSE_GATHER_DEADLINE) return Kind::kTimedOut;
    if (slot.cancelled_for != v1::CAUSE_UNSPECIFIED) return Kind::kStopped;
    if (result.origin == v1::ORIGIN_ORCHESTRATOR) return Kind::kStopped;  // a reply too large
    const bool for_load = result.code == kResourceExhausted || result.code == kUnavailable;
    return for_load ? Kind::kRefused : Kind::kAnswered;
  };
  return {kind(), slot.sent, worker_->now()};
}

}  // namespace gather::engine
