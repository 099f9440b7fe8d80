#ifndef GATHER_TESTS_ENGINE_POLICY_REFERENCE_H_
#define GATHER_TESTS_ENGINE_POLICY_REFERENCE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
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
// complete history, and "can it still come otherwise?" answered by looking at every way in which
// the gather can go on. A verdict falls as soon as all of them agree; the two exceptions stand in
// VerdictOf(). Shares nothing with engine::Policy but the types.
class PolicyReference {
 public:
  // How a gather may go on. kAll: in every way; for one list of at most kMaxCalls sub-calls, of
  // which each history that is asked about holds a beginning. kExtremes, for any number: only with
  // all that is open succeeding, failing, or withdrawn, since fewer successes make no rule easier
  // to satisfy.
  enum class Endings : std::uint8_t { kAll, kExtremes };
  static constexpr std::uint32_t kMaxCalls = 5;

  // The last thing that happened.
  enum class Moment : std::uint8_t { kEnd, kSeal, kEndEarly };

  PolicyReference(const engine::PolicyRule& rule, Endings endings);

  // The decision that falls with the last thing that happened; kEnd: the end of
  // `history.events.back()`. Asked only while there was none before.
  std::optional<engine::PolicyDecision> Decide(const PolicyHistory& history, Moment moment);

 private:
  enum class Verdict : std::uint8_t { kOpen, kSatisfied, kFailed };

  // Which ends a gather can still come to.
  struct Futures {
    bool satisfied = false;
    bool failed = false;
  };

  Verdict VerdictOf(const PolicyHistory& history);
  Verdict VerdictOfEndingEarly(const PolicyHistory& history) const;
  Futures FuturesOf(const PolicyHistory& history, bool helped);
  Futures OneStepOn(PolicyHistory history, bool helped);
  Futures ExtremesOf(const PolicyHistory& history, bool helped) const;
  std::size_t KeyOf(const PolicyHistory& history, bool helped) const;
  bool EndsSatisfied(const PolicyHistory& history, std::uint32_t help) const;
  bool WaitsForAll() const;
  std::uint32_t WantedSuccesses() const;

  const engine::PolicyRule rule_;
  const Endings endings_;
  std::vector<std::optional<Futures>> known_;  // by KeyOf()
};

}  // namespace gather::testing

#endif  // GATHER_TESTS_ENGINE_POLICY_REFERENCE_H_
