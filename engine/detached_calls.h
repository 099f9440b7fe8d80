#ifndef GATHER_ENGINE_DETACHED_CALLS_H_
#define GATHER_ENGINE_DETACHED_CALLS_H_

#include <cstdint>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "engine/async/alarm.h"
#include "engine/async/time.h"
#include "engine/attempt.h"
#include "engine/detached_budget.h"
#include "engine/outcome.h"
#include "engine/planned_call.h"

namespace gather::engine {

// The sub-calls of one gather that run on after it was answered: nobody waits for them, so they are
// bounded in number and time, and a failure of theirs is still told by its name. Lives on the
// gather's worker.
class DetachedCalls {
 public:
  // Both outlive this.
  DetachedCalls(AlarmClock* alarms, DetachedBudget* budget);

  // Lets `attempt` run on; its call may go. False, and nothing is changed, when as many as allowed
  // are running on in this process.
  bool TryDetach(std::uint32_t index, const PlannedCall& call, Attempt* attempt);

  // An attempt ended that had run on. Returned is its failure, if it was detached and failed.
  std::optional<Failure> OnEnd(std::uint32_t index, const AttemptResult& result);

  // Cancels at `time` what still runs then.
  void CancelAt(Time time);
  void Cancel();

  bool empty() const { return calls_.empty(); }

 private:
  struct Call {
    Attempt* attempt;
    Failure name;  // what a failure would be called
  };

  DetachedBudget* const budget_;
  absl::flat_hash_map<std::uint32_t, Call> calls_;
  Alarm alarm_;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_DETACHED_CALLS_H_
