#ifndef GATHER_TESTS_ENGINE_POLICY_REFERENCE_H_
#define GATHER_TESTS_ENGINE_POLICY_REFERENCE_H_

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/policy.h"
#include "gather/v1/gather.pb.h"

namespace gather::testing {

// Everything that has happened to the sub-calls of one gather so far.
struct PolicyHistory {
  struct Event {
    std::uint32_t index;
    engine::EndKind kind;
  };
  std::vector<v1::Requirement> calls;
  std::vector<Event> events;  // in the order in which sub-calls ended
  bool sealed = true;         // no more calls will be added
};

// What a policy has to say, slowly and obviously: the numbered rules, one by one, applied to the
// complete history, and "can it still come otherwise?" answered by trying every way in which the
// gather can go on. Shares nothing with engine::Policy but the types.
class PolicyReference {
 public:
  // How a gather may go on: in every way; or, for many sub-calls, only with all that is open
  // succeeding, failing, or withdrawn, since no rule is easier to satisfy by fewer successes.
  enum class Endings : std::uint8_t { kAll, kExtremes };

  explicit PolicyReference(const engine::PolicyRule& rule, Endings endings = Endings::kAll)
      : rule_(rule), endings_(endings) {}

  // The decision that falls with the last thing that happened: the end of `history.events.back()`,
  // or the seal. Asked only while there was none before.
  std::optional<engine::PolicyDecision> Decide(const PolicyHistory& history, bool just_sealed);

 private:
  enum class Verdict : std::uint8_t { kOpen, kSatisfied, kFailed };

  Verdict VerdictOf(const PolicyHistory& history);
  Verdict FindVerdict(const PolicyHistory& history) const;
  void TryEndings(PolicyHistory history, bool* can_satisfy, bool* can_fail) const;
  void TryAllEndings(PolicyHistory* history, bool* can_satisfy, bool* can_fail) const;
  bool EndsSatisfied(const PolicyHistory& history) const;
  bool RaceIsWon(const PolicyHistory& history) const;
  bool WaitsForAll() const;
  std::uint32_t WantedSuccesses() const;

  const engine::PolicyRule rule_;
  const Endings endings_;
  std::unordered_map<std::uint64_t, Verdict> known_;  // by what matters of a history
};

}  // namespace gather::testing

#endif  // GATHER_TESTS_ENGINE_POLICY_REFERENCE_H_
