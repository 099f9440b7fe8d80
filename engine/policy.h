#ifndef GATHER_ENGINE_POLICY_H_
#define GATHER_ENGINE_POLICY_H_

#include <cstdint>
#include <optional>

#include "gather/v1/gather.pb.h"

namespace gather::engine {

// What a gather asks for before it calls itself satisfied.
struct PolicyRule {
  v1::Mode mode = v1::MODE_FAIL_FAST;
  std::uint32_t min_successes = 0;            // QUORUM's k
  std::optional<std::uint32_t> max_failures;  // COLLECT: more failures than this decide FAILED
};

// How a sub-call ended, as far as a policy cares.
enum class EndKind {
  kSuccess,
  kFailure,    // a real failure
  kWithdrawn,  // cancelled by its own handle: neither success nor failure, no longer counts
};

// A verdict, once fixed.
struct PolicyDecision {
  v1::Verdict verdict = v1::VERDICT_UNSPECIFIED;
  std::optional<std::uint32_t> decided_by;  // the sub-call whose end fixed the verdict
  std::optional<std::uint32_t> status_of;   // of FAILED: whose status it carries; none: CANCELLED
  bool by_failure = false;  // one failure alone decided: siblings are cancelled for that failure

  bool operator==(const PolicyDecision& other) const = default;
};

// Outcomes so far → undecided, or a decision; fixed at the first possible moment, and never
// changed afterwards. Pure: no clock, no threads, O(1) for each event.
//
//   Policy policy({.mode = v1::MODE_FAIL_FAST});
//   policy.Add(v1::REQUIREMENT_UNSPECIFIED);
//   policy.Seal();
//   policy.End(0, v1::REQUIREMENT_UNSPECIFIED, EndKind::kSuccess);
//   policy.decision()->verdict;  // VERDICT_SATISFIED
class Policy {
 public:
  explicit Policy(const PolicyRule& rule) : rule_(rule) {}

  // One more sub-call takes part. Not after Seal().
  void Add(v1::Requirement requirement);

  // No more will be added: only now "all have ended" and "cannot be reached any more" make sense.
  void Seal();

  // Sub-call `index` has ended. Once for each.
  void End(std::uint32_t index, v1::Requirement requirement, EndKind kind);

  // No more sub-calls will be waited for: decides what is still open. FAILED for ANY, RACE and
  // QUORUM and where a REQUIRED sub-call has not succeeded, else SATISFIED. FAILED carries the
  // first counting failure, as whenever too few successes are left: a real status is not hidden.
  void EndEarly();

  const std::optional<PolicyDecision>& decision() const { return decision_; }

 private:
  void Evaluate(std::optional<std::uint32_t> ended);
  bool QuorumReached() const;
  bool AllEnded() const { return sealed_ && ended_ == added_; }
  void Satisfy(std::optional<std::uint32_t> by);
  void Fail(std::optional<std::uint32_t> by);

  const PolicyRule rule_;
  bool sealed_ = false;
  std::uint32_t added_ = 0;
  std::uint32_t ended_ = 0;
  std::uint32_t counting_open_ = 0;  // not OPTIONAL, not ended
  std::uint32_t required_open_ = 0;
  std::uint32_t successes_ = 0;  // of those that count
  std::uint32_t failures_ = 0;   // of those that count
  std::optional<std::uint32_t> first_failure_;
  std::optional<PolicyDecision> decision_;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_POLICY_H_
