#include "engine/policy.h"

namespace gather::engine {

void Policy::Add(v1::Requirement requirement) {
  ++added_;
  if (requirement != v1::REQUIREMENT_OPTIONAL) ++counting_open_;
  if (requirement == v1::REQUIREMENT_REQUIRED) ++required_open_;
}

void Policy::Seal() {
  sealed_ = true;
  if (!decision_) Evaluate(std::nullopt);
}

void Policy::End(std::uint32_t index, v1::Requirement requirement, EndKind kind) {
  if (decision_) return;
  ++ended_;
  if (requirement != v1::REQUIREMENT_OPTIONAL) {
    --counting_open_;
    if (kind == EndKind::kSuccess) ++successes_;
    if (kind == EndKind::kFailure) {
      ++failures_;
      if (!first_failure_) first_failure_ = index;
    }
    const bool required = requirement == v1::REQUIREMENT_REQUIRED;
    if (required) --required_open_;
    const bool one_failure_decides =
        required || rule_.mode == v1::MODE_FAIL_FAST || rule_.mode == v1::MODE_PROPAGATE;
    if (kind == EndKind::kFailure && one_failure_decides) {
      decision_ = {v1::VERDICT_FAILED, index, index, /*by_failure=*/true};
      return;
    }
    if (kind == EndKind::kWithdrawn && required) return Fail(index);
    if (rule_.mode == v1::MODE_RACE && kind == EndKind::kSuccess) return Satisfy(index);
    if (rule_.mode == v1::MODE_RACE && kind == EndKind::kFailure) return Fail(index);
  }
  Evaluate(index);
}

void Policy::Evaluate(std::optional<std::uint32_t> ended) {
  switch (rule_.mode) {
    case v1::MODE_COLLECT:
      if (rule_.max_failures && failures_ > *rule_.max_failures) return Fail(ended);
      [[fallthrough]];
    case v1::MODE_FAIL_FAST:
    case v1::MODE_PROPAGATE:
      if (AllEnded()) Satisfy(ended);
      return;
    case v1::MODE_RACE:
      if (sealed_ && counting_open_ == 0) Fail(ended);
      return;
    case v1::MODE_ANY:
    case v1::MODE_QUORUM: {
      if (QuorumReached()) return Satisfy(ended);
      const std::uint32_t k = rule_.mode == v1::MODE_ANY ? 1 : rule_.min_successes;
      if (sealed_ && successes_ + counting_open_ < k) Fail(ended);
      return;
    }
    default:
      return;
  }
}

bool Policy::QuorumReached() const {
  const std::uint32_t k = rule_.mode == v1::MODE_ANY ? 1 : rule_.min_successes;
  return successes_ >= k && required_open_ == 0;
}

void Policy::EndEarly() {
  if (decision_) return;
  const bool collects = rule_.mode == v1::MODE_FAIL_FAST || rule_.mode == v1::MODE_COLLECT ||
                        rule_.mode == v1::MODE_PROPAGATE;
  if (collects && required_open_ == 0) return Satisfy(std::nullopt);
  Fail(std::nullopt);
}

void Policy::Satisfy(std::optional<std::uint32_t> by) {
  decision_ = {v1::VERDICT_SATISFIED, by, std::nullopt, false};
}

void Policy::Fail(std::optional<std::uint32_t> by) {
  decision_ = {v1::VERDICT_FAILED, by, first_failure_, false};
}

}  // namespace gather::engine
