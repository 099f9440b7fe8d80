// What a run looks like from outside, while it runs.

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/gather_run.h"
#include "engine/live_gather.h"

namespace gather::engine {

LiveGather GatherRun::Describe(std::size_t max_slots) const {
  LiveGather live;
  const Time now = worker_->now();
  live.gather_id = settings_.gather_id;
  live.principal = settings_.forwarded.principal;
  live.kind = settings_.kind;
  live.answered = answered_;
  live.age = now - settings_.accepted;
  if (settings_.deadline != kNever) live.left = settings_.deadline - now;
  live.sub_calls = std::max<std::uint32_t>(state_.size(), tally_.ended());
  live.queued = queued_;
  live.in_flight = in_flight();
  if (state_.decided()) live.verdict = state_.decision()->verdict;
  if (answered_) return live;  // the plan went with the answer
  live.label = absl::StrCat(plan_.label());
  live.mode = plan_.policy.mode();
  for (std::uint32_t index = state_.NextOpen(0);
       index < state_.size() && live.slots.size() < max_slots; index = state_.NextOpen(index + 1)) {
    const Slot& slot = *slots_.Find(index);
    live.slots.push_back({.index = index,
                          .id = slot.call->sub_call->id(),
                          .target = absl::StrCat(slot.call->target_name),
                          .method = absl::StrCat(slot.call->method),
                          .sent = slot.attempt != nullptr,
                          .age = now - slot.accepted});
  }
  return live;
}

}  // namespace gather::engine
