#include "engine/gather_state.h"

#include <cassert>

namespace gather::engine {

std::uint32_t GatherState::Add(v1::Requirement requirement) {
  ++open_;
  if (requirement != v1::REQUIREMENT_OPTIONAL) ++counting_;
  policy_.Add(requirement);
  return slots_.Add({Phase::kQueued, static_cast<std::uint8_t>(requirement)});
}

void GatherState::Seal() {
  policy_.Seal();
  TakeDecision();
}

void GatherState::Start(std::uint32_t slot) {
  assert(MayStart(slot));
  slots_[slot].phase = Phase::kRunning;
}

bool GatherState::End(std::uint32_t slot, SlotEnd end) {
  assert(phase(slot) != Phase::kEnded);
  assert(end != SlotEnd::kStopped || decided());
  const auto requirement = static_cast<v1::Requirement>(slots_[slot].requirement);
  slots_.Release(slot);
  --open_;
  if (decided()) return false;
  const EndKind kind = end == SlotEnd::kSuccess   ? EndKind::kSuccess
                       : end == SlotEnd::kFailure ? EndKind::kFailure
                                                  : EndKind::kWithdrawn;
  policy_.End(slot, requirement, kind);
  return TakeDecision();
}

bool GatherState::Stop(v1::Cause cause) {
  if (decided()) return false;
  const v1::Verdict verdict =
      cause == v1::CAUSE_GATHER_DEADLINE ? v1::VERDICT_DEADLINE_EXCEEDED : v1::VERDICT_CANCELLED;
  decision_ = PolicyDecision{verdict, std::nullopt, std::nullopt, false};
  stop_ = {cause, std::nullopt};
  return true;
}

bool GatherState::EndEarly() {
  if (decided()) return false;
  policy_.EndEarly();
  TakeDecision();
  stop_ = {v1::CAUSE_GROUP_ENDED, std::nullopt};
  return true;
}

bool GatherState::TakeDecision() {
  if (decided() || !policy_.decision()) return false;
  decision_ = policy_.decision();
  stop_.cause = decision_->by_failure ? v1::CAUSE_SIBLING_FAILED : v1::CAUSE_DECIDED;
  stop_.caused_by = decision_->decided_by;
  return true;
}

}  // namespace gather::engine
