#ifndef GATHER_TESTS_ENGINE_GATHER_WITNESS_H_
#define GATHER_TESTS_ENGINE_GATHER_WITNESS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "engine/async/alarm.h"
#include "engine/async/time.h"
#include "engine/async/worker.h"
#include "engine/attempt.h"
#include "engine/detached_budget.h"
#include "engine/gather_run.h"
#include "engine/limits/target_permits.h"
#include "engine/outcome.h"
#include "engine/planned_call.h"
#include "gather/v1/gather.pb.h"
#include "tests/engine/decision_model.h"
#include "tests/engine/expected_outcome.h"
#include "tests/engine/sub_call_record.h"
#include "tests/support/fake_invoker.h"

namespace gather::testing {

// Stands beside one gather whose outcomes are streamed, is told what its door does and hears its
// attempts, and holds everything that the gather does against the contract: what starts and when,
// what is stopped and why, each outcome, the decision, the summary. Remembers the first fault.
//
// Whatever the door does is told before it is done.
class GatherWitness {
 public:
  struct Setting {
    engine::Worker* worker = nullptr;
    const engine::DetachedBudget* detached_budget = nullptr;
    const engine::TargetPermits* permits = nullptr;  // null: the target is not limited
    const std::uint32_t* others_hold = nullptr;      // of the permits
    engine::Duration max_timeout{0};
    engine::Duration detached_timeout{0};
    engine::Duration cancel_grace{0};
    bool group = false;
    engine::PolicyRule rule;
    std::uint32_t max_concurrency = 0;
    engine::Time deadline = engine::kNever;
  };

  explicit GatherWitness(const Setting& setting);

  // ---- the door

  // A sub-call takes part. `refusal_code`: its slot is to be refused.
  void Add(v1::SubCall call, std::optional<int> refusal_code, bool fallback_heeds_refusal);

  // No more will be added. Whether that is to be refused.
  bool Seal();
  void EndEarly() { model_.EndEarly(); }
  void Cancel() { model_.Stop(v1::CAUSE_CALLER); }
  void ShutDown();
  void Pause(bool paused) { paused_ = paused; }

  // Withdraws the sub-call of that id, if there is an open one.
  void CancelCall(absl::string_view id);

  // Around everything that the door does: no answer may come meanwhile.
  void Enter() { inside_ = true; }
  void Leave() { inside_ = false; }

  // ---- the attempts

  void OnStart(const FakeAttempt& attempt);
  void OnMessage(const FakeAttempt& attempt, const std::string& message);
  void OnCancel(const FakeAttempt& attempt);
  void OnResult(const FakeAttempt& attempt, const engine::AttemptResult& result);

  // ---- what comes out

  void OnOutcome(std::uint32_t index, const engine::PlannedCall& call,
                 const engine::Outcome& outcome);
  void OnAnswer(const engine::Answer& answer);
  void OnDetachedFailure(const engine::DetachedFailure& failure);

  // The worker has nothing to do: what could have been done must have been done.
  void CheckAtRest();

  // Everything is over.
  void CheckAtEnd();

  void SetFault(const std::string& fault);
  const std::string& fault() const { return fault_; }
  bool answered() const { return answered_at_.has_value(); }
  bool decided() const { return model_.decided().has_value(); }
  bool sealed() const { return sealed_; }

  // The open sub-call of that id; null: there is none.
  SubCallRecord* FindOpen(absl::string_view id);

 private:
  engine::Time now() const { return setting_.worker->now(); }
  std::string StartFault(const FakeAttempt& attempt) const;
  bool Overtakes(const SubCallRecord& record) const;
  bool MayBeTooLate(const SubCallRecord& record) const;
  ExpectedOutcome ExpectWaiting(const SubCallRecord& record, const engine::Outcome& outcome) const;
  engine::Time ExpectedDeadline(const SubCallRecord& record) const;
  engine::Duration TimeoutOf(const SubCallRecord& record) const;
  std::string OutcomeFault(SubCallRecord* record, const engine::Outcome& outcome);
  std::string TimingFault(const SubCallRecord& record, const engine::Outcome& outcome) const;
  std::string CancelFault(SubCallRecord* record);
  std::string DetachFault(const SubCallRecord& record) const;
  bool MayOutlive(const SubCallRecord& record) const;
  std::string DecisionFault(const engine::Answer& answer) const;
  std::string SummaryFault(const v1::Summary& summary) const;
  std::string FailuresFault(const engine::Answer& answer) const;
  std::string RestFault(const SubCallRecord& record) const;
  std::uint32_t Count(v1::Disposition disposition) const;

  const Setting setting_;
  const engine::Time accepted_;
  DecisionModel model_;
  engine::Alarm deadline_;
  std::deque<SubCallRecord> records_;
  std::optional<std::uint32_t> last_ended_;
  std::optional<engine::Time> answered_at_;
  std::optional<engine::Time> stopped_by_;  // at the latest
  bool sealed_ = false;
  bool paused_ = false;
  bool shut_down_ = false;
  bool inside_ = false;
  std::size_t outstanding_ = 0;
  engine::Time idle_since_;
  engine::Duration idle_{0};
  std::size_t detached_failures_ = 0;  // that are to be told
  std::string fault_;
};

}  // namespace gather::testing

#endif  // GATHER_TESTS_ENGINE_GATHER_WITNESS_H_
