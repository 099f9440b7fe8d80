#include "engine/limits/target_lane.h"

#include <utility>

namespace gather::engine {

TargetLane::TargetLane(TargetPermits* permits, absl::string_view principal, std::uint32_t weight,
                       std::shared_ptr<PermitWaiter> waiter)
    : permits_(permits) {
  permits_->Open(&claim_, principal, weight, std::move(waiter));
}

TargetLane::~TargetLane() { permits_->Close(&claim_); }

std::optional<TargetPermits::Turn> TargetLane::Ask(std::uint32_t wanted, std::uint32_t most) {
  if (wanted == asked_ && !claim_.has_news() && !(more_ && most > 0)) return std::nullopt;
  const TargetPermits::Turn turn = permits_->Ask(&claim_, wanted, most);
  asked_ = wanted - turn.granted - turn.refused;
  more_ = turn.more;
  return turn;
}

}  // namespace gather::engine
