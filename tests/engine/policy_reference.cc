#include "tests/engine/policy_reference.h"

#include <algorithm>
#include <array>

namespace gather::testing {
namespace {

using engine::EndKind;
using engine::PolicyDecision;
using Event = PolicyHistory::Event;

bool Counts(v1::Requirement requirement) { return requirement != v1::REQUIREMENT_OPTIONAL; }

bool HasEnded(const PolicyHistory& history, std::uint32_t index) {
  return std::any_of(history.events.begin(), history.events.end(),
                     [index](const Event& event) { return event.index == index; });
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

// Two histories with the same key differ in the sub-calls' names only.
std::uint64_t KeyOf(const PolicyHistory& history) {
  std::array<std::uint64_t, 3> open{};
  for (std::uint32_t index = 0; index < history.calls.size(); ++index) {
    if (!HasEnded(history, index)) ++open[history.calls[index]];
  }
  std::uint64_t key = history.sealed ? 3 : 2;  // never zero, so that keys differ by length, too
  for (const std::uint64_t count : open) key = key * 16 + count;
  for (const Event& event : history.events) {
    key = key * 16 + 1 + 3 * history.calls[event.index] + static_cast<std::uint64_t>(event.kind);
  }
  return key;
}

}  // namespace

std::optional<PolicyDecision> PolicyReference::Decide(const PolicyHistory& history,
                                                      bool just_sealed) {
  const Verdict verdict = VerdictOf(history);
  if (verdict == Verdict::kOpen) return std::nullopt;
  PolicyDecision decision;
  std::optional<Event> last;
  if (!just_sealed) last = history.events.back();
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

PolicyReference::Verdict PolicyReference::VerdictOf(const PolicyHistory& history) {
  const auto [known, is_new] = known_.emplace(KeyOf(history), Verdict::kOpen);
  if (is_new) known->second = FindVerdict(history);
  return known->second;
}

PolicyReference::Verdict PolicyReference::FindVerdict(const PolicyHistory& history) const {
  bool can_satisfy = false;
  bool can_fail = false;
  PolicyHistory trial = history;
  TryEndings(trial, &can_satisfy, &can_fail);
  if (!history.sealed) {
    // Whatever may still be added can help, but it cannot undo what is there.
    bool ignored = false;
    for (std::uint32_t added = 0; added < std::max(1u, WantedSuccesses()); ++added) {
      trial.events.push_back({static_cast<std::uint32_t>(trial.calls.size()), EndKind::kSuccess});
      trial.calls.push_back(v1::REQUIREMENT_UNSPECIFIED);
    }
    TryEndings(trial, &can_satisfy, &ignored);
  }
  if (!can_satisfy) return Verdict::kFailed;
  if (can_fail) return Verdict::kOpen;
  const bool all_ended = history.sealed && history.events.size() == history.calls.size();
  return WaitsForAll() && !all_ended ? Verdict::kOpen : Verdict::kSatisfied;
}

void PolicyReference::TryEndings(PolicyHistory history, bool* can_satisfy, bool* can_fail) const {
  if (endings_ == Endings::kAll) return TryAllEndings(&history, can_satisfy, can_fail);
  for (const EndKind kind : {EndKind::kSuccess, EndKind::kFailure, EndKind::kWithdrawn}) {
    PolicyHistory ended = history;
    for (std::uint32_t index = 0; index < history.calls.size(); ++index) {
      if (!HasEnded(history, index)) ended.events.push_back({index, kind});
    }
    (EndsSatisfied(ended) ? *can_satisfy : *can_fail) = true;
  }
}

void PolicyReference::TryAllEndings(PolicyHistory* history, bool* can_satisfy,
                                    bool* can_fail) const {
  if (history->events.size() == history->calls.size()) {
    (EndsSatisfied(*history) ? *can_satisfy : *can_fail) = true;
    return;
  }
  for (std::uint32_t index = 0; index < history->calls.size(); ++index) {
    if (HasEnded(*history, index)) continue;
    for (const EndKind kind : {EndKind::kSuccess, EndKind::kFailure, EndKind::kWithdrawn}) {
      history->events.push_back({index, kind});
      TryAllEndings(history, can_satisfy, can_fail);
      history->events.pop_back();
    }
  }
}

// What is said of a gather once every sub-call has ended.
bool PolicyReference::EndsSatisfied(const PolicyHistory& history) const {
  switch (rule_.mode) {
    case v1::MODE_FAIL_FAST:
    case v1::MODE_PROPAGATE:
      return CountOf(history, EndKind::kFailure) == 0 && EveryRequiredSucceeded(history);
    case v1::MODE_COLLECT:
      return EveryRequiredSucceeded(history) &&
             (!rule_.max_failures || CountOf(history, EndKind::kFailure) <= *rule_.max_failures);
    case v1::MODE_RACE:
      return RaceIsWon(history);
    default:
      return EveryRequiredSucceeded(history) &&
             CountOf(history, EndKind::kSuccess) >= WantedSuccesses();
  }
}

bool PolicyReference::RaceIsWon(const PolicyHistory& history) const {
  for (const Event& event : history.events) {
    const v1::Requirement requirement = history.calls[event.index];
    if (!Counts(requirement)) continue;
    if (event.kind == EndKind::kSuccess) return true;
    if (event.kind == EndKind::kFailure) return false;
    if (requirement == v1::REQUIREMENT_REQUIRED) return false;  // withdrawn
  }
  return false;
}

bool PolicyReference::WaitsForAll() const {
  return rule_.mode == v1::MODE_FAIL_FAST || rule_.mode == v1::MODE_COLLECT ||
         rule_.mode == v1::MODE_PROPAGATE;
}

std::uint32_t PolicyReference::WantedSuccesses() const {
  return rule_.mode == v1::MODE_QUORUM ? rule_.min_successes : 1;
}

}  // namespace gather::testing
