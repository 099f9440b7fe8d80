#include "tests/engine/decision_model.h"

#include <algorithm>

namespace gather::testing {

using engine::EndKind;
using Moment = PolicyReference::Moment;
using SlotEnd = engine::GatherState::SlotEnd;

DecisionModel::DecisionModel(const engine::PolicyRule& rule)
    : rule_(rule), reference_(rule, PolicyReference::Endings::kExtremes) {
  history_.sealed = false;
}

void DecisionModel::Add(v1::Requirement requirement) {
  if (!decided_) history_.calls.push_back(requirement);
}

void DecisionModel::Seal() {
  if (decided_) return;
  history_.sealed = true;
  Ask(Moment::kSeal);
}

void DecisionModel::End(std::uint32_t index, SlotEnd end) {
  if (decided_) return;
  const EndKind kind = end == SlotEnd::kSuccess   ? EndKind::kSuccess
                       : end == SlotEnd::kFailure ? EndKind::kFailure
                                                  : EndKind::kWithdrawn;
  history_.events.push_back({index, kind});
  Ask(Moment::kEnd);
}

void DecisionModel::EndEarly() {
  if (decided_) return;
  Ask(Moment::kEndEarly);
  decided_->stop = {v1::CAUSE_GROUP_ENDED, std::nullopt};
}

void DecisionModel::Stop(v1::Cause cause) {
  if (decided_) return;
  engine::PolicyDecision decision;
  decision.verdict =
      cause == v1::CAUSE_GATHER_DEADLINE ? v1::VERDICT_DEADLINE_EXCEEDED : v1::VERDICT_CANCELLED;
  decided_ = {decision, {cause, std::nullopt}};
}

void DecisionModel::Ask(Moment moment) {
  const auto decision = reference_.Decide(history_, moment);
  if (!decision) return;
  const v1::Cause cause = decision->by_failure ? v1::CAUSE_SIBLING_FAILED : v1::CAUSE_DECIDED;
  decided_ = {*decision, {cause, decision->decided_by}};
}

std::uint32_t DecisionModel::counting() const {
  return std::count_if(history_.calls.begin(), history_.calls.end(),
                       [](v1::Requirement is) { return is != v1::REQUIREMENT_OPTIONAL; });
}

// The rule of semantics 35.
bool DecisionModel::reachable() const {
  if (rule_.mode == v1::MODE_QUORUM) return rule_.min_successes <= counting();
  const bool wants_one = rule_.mode == v1::MODE_ANY || rule_.mode == v1::MODE_RACE;
  return !wants_one || counting() > 0;
}

}  // namespace gather::testing
