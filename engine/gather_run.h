#ifndef GATHER_ENGINE_GATHER_RUN_H_
#define GATHER_ENGINE_GATHER_RUN_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/async/alarm.h"
#include "engine/async/time.h"
#include "engine/async/worker.h"
#include "engine/attempt.h"
#include "engine/gather_state.h"
#include "engine/limiter.h"
#include "engine/outcome.h"
#include "engine/plan.h"

namespace gather::engine {

// Takes a gather's one answer.
class AnswerSink {
 public:
  // Exactly once for each gather that was started, on the worker's thread, never inside
  // Engine::Start().
  virtual void OnAnswer(Answer answer) = 0;

 protected:
  ~AnswerSink() = default;
};

class GatherRun;

// Owns runs. OnRunEnded() is the last thing that a run does: it may be destroyed there.
class RunOwner {
 public:
  virtual void OnRunEnded(GatherRun* run) = 0;

 protected:
  ~RunOwner() = default;
};

// What a run needs to know besides its plan.
struct RunSettings {
  std::string gather_id;
  Time accepted;
  Time deadline;  // of the gather: there always is one
  std::uint64_t max_response_bytes = 0;
  Duration cancel_grace = std::chrono::milliseconds(100);
};

// Drives one gather from its plan to its answer: events go to the state, its decisions become
// attempts, cancels and alarms. Lives on one worker's thread, where every method is called.
//
//   started ──launching──▶ decided ──stopping──▶ every slot ended ──▶ answered ──▶ ended
//
// Launching and stopping go in quanta, in turn with other gathers. A cancel comes down the tree
// caller → gather → sub-call → attempt through Cancel(), names its cause in each slot, and the
// answer waits until every attempt has ended, at most for the cancel grace. The run itself ends,
// and may be destroyed, only when it is answered and no attempt is outstanding.
class GatherRun final : private Runnable, private AttemptObserver {
 public:
  GatherRun(Worker* worker, Invoker* invoker, Plan plan, RunSettings settings, AnswerSink* sink,
            RunOwner* owner);
  ~GatherRun();

  // Never answers inside the call.
  void Start();

  // Stops what has not ended, with that cause. Idempotent; no effect after the decision.
  void Cancel(v1::Cause cause);

 private:
  struct Slot {
    Attempt* attempt = nullptr;  // not null: outstanding
    bool cancelled = false;
  };

  bool RunQuantum() override;
  void OnAttemptEnd(std::uint32_t slot, AttemptResult result) override;

  void Validate();
  void RejectRefused();
  bool LaunchQuantum();
  void Launch(std::uint32_t slot);
  grpc::ByteBuffer TakeRequest(PlannedCall* call);
  bool StopQuantum();

  void OnDeadline();
  void OnQueueExpiry();
  void OnGraceOver();
  void ArmQueueExpiry();
  bool ExpiredInQueue(std::uint32_t slot);

  std::pair<Outcome, GatherState::SlotEnd> Judge(std::uint32_t slot, AttemptResult* result);
  std::pair<Outcome, GatherState::SlotEnd> JudgeDeadline(std::uint32_t slot, AttemptResult* result);
  bool FallBack(std::uint32_t slot, Outcome* outcome);
  void EndSlot(std::uint32_t slot, Outcome outcome, GatherState::SlotEnd end);
  void StopSlot(std::uint32_t slot);
  void OnDecided();
  void AnswerIfDone();
  Answer MakeAnswer();
  void EndIfIdle();

  bool Done() const { return validate_only_ || state_.done(); }
  Time OwnDeadline(std::uint32_t slot) const;
  Duration SinceAccepted() const { return worker_->now() - settings_.accepted; }

  Worker* const worker_;
  Invoker* const invoker_;
  const RunSettings settings_;
  AnswerSink* const sink_;
  RunOwner* const owner_;

  const bool validate_only_;
  Plan plan_;  // handed over with the answer
  GatherState state_;
  Limiter limiter_;
  std::vector<Slot> slots_;
  std::vector<Outcome> outcomes_;
  grpc::ByteBuffer shared_request_;

  std::uint32_t next_launch_ = 0;
  std::uint32_t next_stop_ = 0;
  std::vector<std::pair<Time, std::uint32_t>> own_deadlines_;  // a heap, soonest first
  Alarm deadline_alarm_;
  Alarm queue_alarm_;
  Alarm grace_alarm_;

  bool answered_ = false;
  std::uint32_t in_flight_ = 0;
  std::uint64_t response_bytes_ = 0;
  std::uint32_t last_ended_ = 0;
  Time idle_since_;   // of when no sub-call is outstanding
  Duration idle_{0};  // so far
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_GATHER_RUN_H_
