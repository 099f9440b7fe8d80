#ifndef GATHER_TESTS_ENGINE_DECISION_MODEL_H_
#define GATHER_TESTS_ENGINE_DECISION_MODEL_H_

#include <cstdint>
#include <optional>

#include "engine/gather_state.h"
#include "engine/policy.h"
#include "gather/v1/gather.pb.h"
#include "tests/engine/policy_reference.h"

namespace gather::testing {

// What a gather must be decided to, from what happened to it, in that order: the slow reference
// policy for its sub-calls' ends, and the stops that come from outside. The first decides.
class DecisionModel {
 public:
  struct Decided {
    engine::PolicyDecision decision;
    engine::GatherState::StopReason stop;  // what is still open then is stopped for
  };

  explicit DecisionModel(const engine::PolicyRule& rule);

  // One more sub-call takes part, unless it comes too late.
  void Add(v1::Requirement requirement);
  void Seal();
  void End(std::uint32_t index, engine::GatherState::SlotEnd end);
  void EndEarly();
  void Stop(v1::Cause cause);

  const std::optional<Decided>& decided() const { return decided_; }
  const engine::PolicyRule& rule() const { return rule_; }

  // How many that count were added; whether so many can satisfy the rule at all.
  std::uint32_t counting() const;
  bool reachable() const;

 private:
  void Ask(PolicyReference::Moment moment);

  const engine::PolicyRule rule_;
  PolicyReference reference_;
  PolicyHistory history_;
  std::optional<Decided> decided_;
};

}  // namespace gather::testing

#endif  // GATHER_TESTS_ENGINE_DECISION_MODEL_H_
