#ifndef GATHER_CLIENT_TESTING_SCRIPTED_RUN_H_
#define GATHER_CLIENT_TESTING_SCRIPTED_RUN_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "engine/policy.h"
#include "gather/testing/scripted_method.h"
#include "gather/v1/gather.pb.h"

namespace gather::testing::internal {

// One gather, stream or group as an engine would run it, with scripted backends and in the script's
// own time, which jumps from one event to the next. Decides by the engine's policy. Not
// thread-safe.
class ScriptedRun {
 public:
  // The script of a call; null: there is none.
  using Scripts = std::function<ScriptedMethod*(const v1::SubCall& call)>;

  struct Plan {
    v1::Policy policy;
    std::uint32_t max_concurrency = 0;  // 0: no limit
    absl::Duration timeout = absl::InfiniteDuration();
    v1::SubCall defaults;
  };

  ScriptedRun(Plan plan, Scripts scripts);

  // Not after Seal().
  void Add(const v1::SubCall& call);

  // No more sub-calls. kInvalidArgument where the policy needs more of them that count.
  absl::Status Seal();

  // Withdraws the sub-call of that id, if it has not ended.
  void Withdraw(const std::string& id);

  // Stops what has not ended.
  void EndEarly();

  // Lets time pass until the gather is decided and all has ended, or nothing more can happen.
  void Run();

  // Whether it is decided; all has ended then.
  bool done() const { return decision_.has_value(); }

  // What has ended since the last call, in the order of the ends.
  std::vector<v1::Outcome> TakeEnded();

  // Once done().
  v1::Summary summary(const std::string& gather_id) const;

 private:
  enum class Phase { kQueued, kRunning, kEnded };

  struct Slot {
    v1::SubCall call;
    std::uint32_t index = 0;
    Phase phase = Phase::kQueued;
    absl::Duration added;
    absl::Duration started;
    absl::Duration ends_at = absl::InfiniteDuration();   // by itself
    absl::Duration deadline = absl::InfiniteDuration();  // its own
    v1::Outcome answer;                                  // how it ends by itself
    v1::Status status;                                   // how it ended
  };

  bool Step();
  bool StartNext();
  Slot* NextToEnd();
  void EndAtItsTime(Slot* slot);
  void End(Slot* slot, v1::Outcome outcome, engine::EndKind kind);
  void Finish(Slot* slot, v1::Outcome outcome);
  void TakeDecision(v1::Cause cause);
  void Expire();
  void StopRest(v1::Cause cause);
  v1::Outcome Stopped(const Slot& slot, v1::Cause cause) const;

  const Plan plan_;
  const Scripts scripts_;
  engine::Policy policy_;
  std::vector<Slot> slots_;
  std::uint32_t counting_ = 0;
  std::size_t running_ = 0;
  absl::Duration now_;
  std::optional<v1::Decision> decision_;
  std::vector<v1::Outcome> ended_;
  v1::Summary counts_;
};

}  // namespace gather::testing::internal

#endif  // GATHER_CLIENT_TESTING_SCRIPTED_RUN_H_
