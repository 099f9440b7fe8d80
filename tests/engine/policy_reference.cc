#include "tests/engine/policy_reference.h"

#include <algorithm>
#include <array>

namespace gather::testing {
namespace {

using engine::EndKind;
using engine::PolicyDecision;
using Event = PolicyHistory::Event;

constexpr std::array kKinds = {EndKind::kSuccess, EndKind::kFailure, EndKind::kWithdrawn};
constexpr std::size_t kStates = 4;  // of a sub-call: open, or one of kKinds

bool Counts(v1::Requirement requirement) { return requirement != v1::REQUIREMENT_OPTIONAL; }

bool HasEnded(const PolicyHistory& history, std::uint32_t index) {
  return std::any_of(history.events.begin(), history.events.end(),
                     [index](const Event& event) { return event.index == index; });
}

bool AllEnded(const PolicyHistory& history) {
  return history.events.size() == history.calls.size();
}

// Of the sub-calls that count, how many ended so.
std::uint32_t CountOf(const PolicyHistory& history, EndKind kind) {
  return std::count_if(history.events.begin(), history.events.end(), [&](const Event& event) {
    return event.kind == kind && Counts(history.calls[event.index]);
  });
}

bool EveryRequiredSucceeded(const PolicyHistory& history) {
  for (std::uint32_t index = 0; index < history.calls.size(); ++index) {
    if (history.calls[index] != v1::REQUIREMENT_REQUIRED) continue;
    const bool succeeded =
        std::any_of(history.events.begin(), history.events.end(), [index](const Event& event) {
          return event.index == index && event.kind == EndKind::kSuccess;
        });
    if (!succeeded) return false;
  }
  return true;
}

std::optional<std::uint32_t> FirstCountingFailure(const PolicyHistory& history) {
  for (const Event& event : history.events) {
    if (event.kind == EndKind::kFailure && Counts(history.calls[event.index])) return event.index;
  }
  return std::nullopt;
}

// The end that a race is decided by: a withdrawn sub-call is out of it, unless it was required.
const Event* FindRaceDecider(const PolicyHistory& history) {
  for (const Event& event : history.events) {
    const v1::Requirement requirement = history.calls[event.index];
    if (!Counts(requirement)) continue;
    if (event.kind != EndKind::kWithdrawn || requirement == v1::REQUIREMENT_REQUIRED) return &event;
  }
  return nullptr;
}

}  // namespace

PolicyReference::PolicyReference(const engine::PolicyRule& rule, Endings endings)
    : rule_(rule), endings_(endings) {
  std::size_t keys = 2 * (kMaxCalls + 1) * (kMaxCalls + 1);
  for (std::uint32_t i = 0; i < kMaxCalls; ++i) keys *= kStates;
  if (endings == Endings::kAll) known_.resize(keys);
}

std::optional<PolicyDecision> PolicyReference::Decide(const PolicyHistory& history, Moment moment) {
  const Verdict verdict =
      moment == Moment::kEndEarly ? VerdictOfEndingEarly(history) : VerdictOf(history);
  if (verdict == Verdict::kOpen) return std::nullopt;
  PolicyDecision decision;
  std::optional<Event> last;
  if (moment == Moment::kEnd) last = history.events.back();
  if (last) decision.decided_by = last->index;
  if (verdict == Verdict::kSatisfied) {
    decision.verdict = v1::VERDICT_SATISFIED;
    return decision;
  }
  decision.verdict = v1::VERDICT_FAILED;
  const bool counting_failure =
      last && last->kind == EndKind::kFailure && Counts(history.calls[last->index]);
  const bool required_failed =
      counting_failure && history.calls[last->index] == v1::REQUIREMENT_REQUIRED;
  decision.by_failure =
      required_failed ||
      (counting_failure && (rule_.mode == v1::MODE_FAIL_FAST || rule_.mode == v1::MODE_PROPAGATE));
  const bool one_decides = decision.by_failure || (counting_failure && rule_.mode == v1::MODE_RACE);
  decision.status_of = one_decides ? decision.decided_by : FirstCountingFailure(history);
  return decision;
}

// Two exceptions to "all futures agree" (semantics 36, 43). FAIL_FAST, COLLECT and PROPAGATE are
// not satisfied before all has ended. And while sub-calls may still be added, more successes can
// come, but what is added later cannot undo what is there.
PolicyReference::Verdict PolicyReference::VerdictOf(const PolicyHistory& history) {
  const Futures known = FuturesOf(history, /*helped=*/false);
  const bool can_satisfy = history.sealed ? known.satisfied : FuturesOf(history, true).satisfied;
  if (!can_satisfy) return Verdict::kFailed;
  if (known.failed) return Verdict::kOpen;
  const bool complete = history.sealed && AllEnded(history);
  return WaitsForAll() && !complete ? Verdict::kOpen : Verdict::kSatisfied;
}

// semantics 45. Whoever waits for enough successes has not got them, or it would be decided.
PolicyReference::Verdict PolicyReference::VerdictOfEndingEarly(const PolicyHistory& history) const {
  return WaitsForAll() && EveryRequiredSucceeded(history) ? Verdict::kSatisfied : Verdict::kFailed;
}

// `helped`: as if as many sub-calls as could be of use were added yet, and succeeded.
PolicyReference::Futures PolicyReference::FuturesOf(const PolicyHistory& history, bool helped) {
  if (endings_ == Endings::kExtremes) return ExtremesOf(history, helped);
  std::optional<Futures>& known = known_[KeyOf(history, helped)];
  if (!known) known = OneStepOn(history, helped);
  return *known;
}

PolicyReference::Futures PolicyReference::OneStepOn(PolicyHistory history, bool helped) {
  if (AllEnded(history)) {
    const bool satisfied = EndsSatisfied(history, helped ? WantedSuccesses() : 0);
    return {satisfied, !satisfied};
  }
  Futures all;
  for (std::uint32_t index = 0; index < history.calls.size(); ++index) {
    if (HasEnded(history, index)) continue;
    for (const EndKind kind : kKinds) {
      history.events.push_back({index, kind});
      const Futures futures = FuturesOf(history, helped);
      history.events.pop_back();
      all.satisfied |= futures.satisfied;
      all.failed |= futures.failed;
    }
  }
  return all;
}

PolicyReference::Futures PolicyReference::ExtremesOf(const PolicyHistory& history,
                                                     bool helped) const {
  Futures all;
  for (const EndKind kind : kKinds) {
    PolicyHistory ended = history;
    for (std::uint32_t index = 0; index < history.calls.size(); ++index) {
      if (!HasEnded(history, index)) ended.events.push_back({index, kind});
    }
    (EndsSatisfied(ended, helped ? WantedSuccesses() : 0) ? all.satisfied : all.failed) = true;
  }
  return all;
}

// Tells apart what may come to different ends: how each sub-call ended, and who decided a race.
std::size_t PolicyReference::KeyOf(const PolicyHistory& history, bool helped) const {
  std::size_t key = 0;
  for (const Event& event : history.events) {
    key += (1 + static_cast<std::size_t>(event.kind)) << (2 * event.index);
  }
  const Event* const decider = rule_.mode == v1::MODE_RACE ? FindRaceDecider(history) : nullptr;
  std::size_t high = helped ? 1 : 0;
  high = high * (kMaxCalls + 1) + history.calls.size();
  high = high * (kMaxCalls + 1) + (decider == nullptr ? kMaxCalls : decider->index);
  return high << (2 * kMaxCalls) | key;
}

// What is said of a gather once every sub-call has ended, and `help` more have succeeded then.
bool PolicyReference::EndsSatisfied(const PolicyHistory& history, std::uint32_t help) const {
  switch (rule_.mode) {
    case v1::MODE_FAIL_FAST:
    case v1::MODE_PROPAGATE:
      return CountOf(history, EndKind::kFailure) == 0 && EveryRequiredSucceeded(history);
    case v1::MODE_COLLECT:
      return EveryRequiredSucceeded(history) &&
             (!rule_.max_failures || CountOf(history, EndKind::kFailure) <= *rule_.max_failures);
    case v1::MODE_RACE: {
      const Event* const decider = FindRaceDecider(history);
      return decider == nullptr ? help > 0 : decider->kind == EndKind::kSuccess;
    }
    default:
      return EveryRequiredSucceeded(history) &&
             CountOf(history, EndKind::kSuccess) + help >= WantedSuccesses();
  }
}

bool PolicyReference::WaitsForAll() const {
  return rule_.mode == v1::MODE_FAIL_FAST || rule_.mode == v1::MODE_COLLECT ||
         rule_.mode == v1::MODE_PROPAGATE;
}

std::uint32_t PolicyReference::WantedSuccesses() const {
  return rule_.mode == v1::MODE_QUORUM ? rule_.min_successes : 1;
}

}  // namespace gather::testing
