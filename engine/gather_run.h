#ifndef GATHER_ENGINE_GATHER_RUN_H_
#define GATHER_ENGINE_GATHER_RUN_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/async/alarm.h"
#include "engine/async/time.h"
#include "engine/async/worker.h"
#include "engine/attempt.h"
#include "engine/call_checker.h"
#include "engine/detached_budget.h"
#include "engine/detached_calls.h"
#include "engine/expiry_queue.h"
#include "engine/gather_state.h"
#include "engine/idle_clock.h"
#include "engine/judgement.h"
#include "engine/limiter.h"
#include "engine/limits/buffered_bytes.h"
#include "engine/limits/target_lane.h"
#include "engine/limits/target_permits.h"
#include "engine/limits/turn_waiter.h"
#include "engine/live_gather.h"
#include "engine/outcome.h"
#include "engine/payload.h"
#include "engine/plan.h"
#include "engine/reply_budget.h"
#include "engine/run_settings.h"
#include "engine/slot_table.h"
#include "engine/tally.h"

namespace gather::engine {

// Takes what a gather answers. On the worker's thread.
class AnswerSink {
 public:
  // Of a gather whose outcomes are streamed: one for each sub-call, as soon as it ended, in that
  // order. `call` is there during the call only.
  virtual void OnOutcome(std::uint32_t /*index*/, const PlannedCall& /*call*/,
                         Outcome /*outcome*/) {}

  // Exactly once for each gather that was started, after the last outcome, and never inside a
  // method of the run.
  virtual void OnAnswer(Answer answer) = 0;

 protected:
  ~AnswerSink() = default;
};

class GatherRun;

// Owns runs. On the worker's thread.
class RunOwner {
 public:
  // The last thing that a run does: it may be destroyed here.
  virtual void OnRunEnded(GatherRun* run) = 0;

  virtual void OnDetachedFailure(const DetachedFailure& failure) = 0;

 protected:
  ~RunOwner() = default;
};

// Drives one gather from its plan to its answer: events go to the state, its decisions become
// attempts, cancels and alarms. Lives on one worker's thread, where every method is called.
//
//   started ──launching──▶ decided ──stopping──▶ every slot ended ──▶ answered ──▶ ended
//
// Launching and stopping go in quanta, in turn with other gathers. A cancel comes down the tree
// caller → gather → sub-call → attempt, names its cause in each slot, and the answer waits until
// every attempt has ended, at most for the cancel grace. What is detached runs on after the answer;
// the run itself ends, and may be destroyed, only when it is answered and no attempt is
// outstanding.
class GatherRun final : private Runnable, private AttemptObserver {
 public:
  GatherRun(Worker* worker, Invoker* invoker, DetachedBudget* detached_budget, Plan plan,
            RunSettings settings, AnswerSink* sink, RunOwner* owner);
  ~GatherRun();

  // The answer comes neither inside this call nor inside the others.
  void Start();

  // Stops what has not ended, with that cause. Idempotent; no effect after the decision, but that
  // SHUTDOWN also stops what is detached.
  void Cancel(v1::Cause cause);

  // While `paused`, nothing new is started: the reader of the outcomes is slow.
  void Pause(bool paused);

  // The rest is for groups only. -----------------------------------------------------------------

  // One more sub-call, whose `payload` was kept as it came if it is valid. One that a gather would
  // refuse ends as REJECTED; only an id that another unended sub-call has is refused, and then
  // nothing was added.
  std::optional<Refusal> Add(v1::SubCall call, Payload payload = Payload());

  // Withdraws the sub-call of that id, if it has not ended.
  void CancelCall(absl::string_view id);

  // No more sub-calls will be added: joins. Refused when so few were added that the policy could
  // never be satisfied; then nothing has changed.
  std::optional<Refusal> Seal();

  // Stops what has not ended; what has finished stands. No effect after the decision.
  void EndEarly();

  // How many sub-calls wait to be started, and how many attempts are outstanding.
  std::uint32_t queued() const { return queued_; }
  std::uint32_t in_flight() const { return clock_.outstanding(); }

  // Only what is detached runs on.
  bool answered() const { return answered_; }

  // Since when it runs.
  Time accepted() const { return settings_.accepted; }

  // What it is busy with; at most so many of its sub-calls.
  LiveGather Describe(std::size_t max_slots) const;

 private:
  // Slots that need no call started or cancelled are ended by the way, but not without end in one
  // quantum.
  static constexpr int kSlotsPerQuantum = 1024;

  struct Slot {
    PlannedCall* call = nullptr;       // into the plan, or into `added`; null once detached
    std::unique_ptr<AddedCall> added;  // of a group
    Attempt* attempt = nullptr;        // not null: outstanding
    TargetLane* lane = nullptr;        // where it waits, or waited, for its target's permit
    Time accepted;                     // of the gather; in a group, of the add
    Time own_deadline = kNever;
    Time sent = kPast;
    std::uint64_t reserved = 0;  // for its reply, while its attempt is outstanding
    bool placed = true;          // counted in the server's limits, if there are any
    v1::Cause cancelled_for = v1::CAUSE_UNSPECIFIED;  // set: the attempt was asked to stop
  };

  bool RunQuantum() override;
  void OnAttemptEnd(std::uint32_t index, AttemptResult result) override;

  bool BeginQuantum();
  void Validate(std::uint32_t index, const PlannedCall& call);
  bool Place(std::uint32_t index, PlannedCall* call);
  void AddSlot(PlannedCall* call, std::unique_ptr<AddedCall> added);
  bool LaunchQuantum();
  bool LaunchNext(int* launched);
  void Launch(std::uint32_t index);
  Payload TakeRequest(PlannedCall* call);
  bool ExpiredInQueue(std::uint32_t index);
  bool ExpireQuantum();
  Time SoonestExpiry();
  void ArmQueueExpiry();

  void Park(std::uint32_t index, TargetLane* lane);
  TargetLane* LaneOf(const Target& target);
  bool LaunchParked(int* launched);
  bool LaunchLane(TargetLane* lane, int* launched);
  void LaunchGranted(const TargetPermits::Turn& turn, TargetLane* lane, int* launched);
  bool EndsInTime(const Slot& slot, Duration usually_takes) const;
  void GiveUpParked(std::uint32_t index, const Target& target);
  void RefuseParked(std::uint32_t count, TargetLane* lane);
  void LeaveLanes();
  void MakeRoom();
  bool HasRoom(std::uint32_t index) { return room_ == nullptr || Reserve(index); }
  bool Reserve(std::uint32_t index);
  void LearnSize(const PlannedCall& call, const AttemptResult& result);
  TargetPermits::CallEnd ToCallEnd(const Slot& slot, const AttemptResult& result) const;

  Judgement JudgeEnd(const Slot& slot, AttemptResult* result);
  bool TakeReply(AttemptResult* result);
  bool FallBack(const PlannedCall& call, Outcome* outcome);
  grpc::Slice FallbackBytes(const v1::Fallback& fallback);
  void Tell(std::uint32_t index, const PlannedCall& call, Outcome outcome);
  void EndSlot(std::uint32_t index, Outcome outcome, GatherState::SlotEnd end);
  void Send(std::uint32_t index, const PlannedCall& call, Outcome outcome);
  void ReleaseSlot(std::uint32_t index);
  void SetTiming(const Slot& slot, Outcome* outcome);
  void OnDecided();

  bool StopQuantum();
  void StopRunning(std::uint32_t index, Slot* slot);
  void CancelAttempt(v1::Cause cause, Slot* slot);
  void StopSlot(std::uint32_t index);
  bool MayOutlive(const Slot& slot) const;
  GatherState::StopReason ReasonToStop(const Slot& slot) const;
  void OnLateEnd(std::uint32_t index, const AttemptResult& result);
  bool GiveUpQuantum();

  void AnswerIfDone();
  Answer MakeAnswer();
  void EndIfIdle();

  bool Done() const { return begun_ && (validate_only_ || state_.done()); }
  bool Waits(std::uint32_t index) const {
    return state_.phase(index) == GatherState::Phase::kQueued;
  }
  auto WaitsNow() const {
    return [this](std::uint32_t index) { return Waits(index); };
  }
  bool streamed() const { return settings_.kind != RunKind::kTogether; }
  void Wake() { worker_->Schedule(this); }

  Worker* const worker_;
  Invoker* const invoker_;
  const DetachedBudget* const detached_budget_;
  const RunSettings settings_;
  AnswerSink* const sink_;
  RunOwner* const owner_;

  const bool validate_only_;
  Plan plan_;                             // handed over with the answer
  std::unique_ptr<CallChecker> checker_;  // of a group
  Payload shared_request_;
  std::optional<grpc::Slice> shared_fallback_;

  GatherState state_;
  Limiter limiter_;
  std::shared_ptr<TurnWaiter> turn_waiter_;         // null: no lanes yet
  std::vector<std::unique_ptr<TargetLane>> lanes_;  // of the targets that have permits
  std::unique_ptr<ReplyRoom> room_;                 // null: nobody counts buffered replies
  SlotTable<Slot> slots_;
  Tally tally_;
  std::vector<Outcome> outcomes_;  // when answered together
  ReplyBudget budget_;
  IdleClock clock_;

  std::uint32_t next_begin_ = 0;
  std::uint32_t next_launch_ = 0;
  std::uint32_t next_stop_ = 0;
  std::uint32_t queued_ = 0;
  bool begun_ = false;  // what needs no attempt has its outcome
  bool grace_over_ = false;
  bool paused_ = false;
  bool full_ = false;  // there was no room for a reply in this quantum
  bool shut_down_ = false;
  bool answered_ = false;
  ExpiryQueue own_deadlines_;  // of those that wait
  DetachedCalls detached_;
  Alarm deadline_alarm_;
  Alarm queue_alarm_;
  Alarm grace_alarm_;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_GATHER_RUN_H_
