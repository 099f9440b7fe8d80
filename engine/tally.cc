#include "engine/tally.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace gather::engine {

void Tally::Count(std::uint32_t index, const PlannedCall& call, const Outcome& outcome) {
  ++by_disposition_[outcome.disposition];
  ++by_cause_[outcome.cause];
  ++ended_;
  last_ended_ = index;
  if (!IsRealFailure(outcome)) return;
  ++failures_;
  if (keeps_failures_) Keep(index, call, outcome);
}

void Tally::Keep(std::uint32_t index, const PlannedCall& call, const Outcome& outcome) {
  last_ = std::make_shared<Failure>(
      Failure{index, call.sub_call->id(), absl::StrCat(call.target_name), absl::StrCat(call.method),
              *outcome.status, outcome.origin, outcome.delivery});
  const bool counts = call.requirement != v1::REQUIREMENT_OPTIONAL;
  if (counts && first_counting_ == nullptr) first_counting_ = last_;
  if (kept_.size() < kMaxKept) kept_.push_back(last_);
}

void Tally::KeepForStatus(std::uint32_t index) {
  for (const Shared& failure : {first_counting_, last_}) {
    if (failure == nullptr || failure->index != index) continue;
    if (std::find(kept_.begin(), kept_.end(), failure) == kept_.end()) kept_.back() = failure;
    return;
  }
}

std::vector<Failure> Tally::TakeFailures() {
  std::sort(kept_.begin(), kept_.end(),
            [](const Shared& a, const Shared& b) { return a->index < b->index; });
  std::vector<Failure> failures;
  for (const Shared& failure : kept_) failures.push_back(*failure);
  return failures;
}

}  // namespace gather::engine
