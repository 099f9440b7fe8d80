#include "engine/limits/fair_queue.h"

#include <algorithm>
#include <cassert>

namespace gather::engine {
namespace {

// The virtual time that one permit costs at weight 1; weights up to 1,000 differ by it, and it
// lasts for 10^13 permits.
constexpr std::uint64_t kCost = 1 << 20;

}  // namespace

struct FairQueue::Principal {
  std::string name;
  std::uint32_t weight = 1;
  std::uint32_t open = 0;  // claims
  std::uint64_t held = 0;
  std::uint64_t waiting = 0;
  std::uint64_t time = 0;
  std::uint64_t number = 0;
  std::uint64_t now = 0;  // virtual, of its claims
  Waiters<Claim> waiters;
};

FairQueue::Order FairQueue::OrderOf(const Principal& principal) {
  return {principal.time, principal.number};
}

FairQueue::FairQueue() = default;

FairQueue::~FairQueue() { assert(principals_.empty()); }

void FairQueue::Open(Claim* claim, absl::string_view name, std::uint32_t weight) {
  assert(claim->principal_ == nullptr && weight > 0);
  std::unique_ptr<Principal>& principal = principals_[name];
  if (principal == nullptr) {
    principal = std::make_unique<Principal>();
    principal->name = std::string(name);
    principal->number = next_number_++;
  }
  const bool waits = !principal->waiters.empty();
  if (waits) waiting_weight_ -= principal->weight;
  principal->weight = weight;
  if (waits) waiting_weight_ += principal->weight;
  ++principal->open;
  claim->principal_ = principal.get();
  claim->number_ = next_number_++;
  claim->time_ = 0;
}

void FairQueue::Close(Claim* claim) {
  assert(claim->held_ == 0 && claim->waiting_ == 0);
  Principal* const principal = std::exchange(claim->principal_, nullptr);
  if (--principal->open == 0) principals_.erase(principal->name);
}

void FairQueue::SetUnfair(bool unfair) {
  if (unfair == unfair_) return;
  unfair_ = unfair;
  arrivals_.clear();
  if (!unfair) return;
  for (Principal* principal : waiters_) {
    for (Claim* claim : principal->waiters) arrivals_.emplace_back(claim, claim->waiting_);
  }
}

void FairQueue::Wait(Claim* claim, std::uint32_t count) {
  if (count == 0) return;
  if (claim->waiting_ == 0) BeginToWait(claim);
  claim->waiting_ += count;
  claim->principal_->waiting += count;
  waiting_ += count;
  if (longest_ == nullptr || IsLonger(*claim, *longest_)) longest_ = claim;
  if (unfair_) arrivals_.emplace_back(claim, count);
}

void FairQueue::Leave(Claim* claim, std::uint32_t count) {
  if (count == 0) return;
  assert(count <= claim->waiting_);
  if (unfair_) ForgetArrivals(claim, count);
  claim->waiting_ -= count;
  claim->principal_->waiting -= count;
  waiting_ -= count;
  if (claim->waiting_ == 0) EndToWait(claim);
}

void FairQueue::BeginToWait(Claim* claim) {
  Principal* const principal = claim->principal_;
  if (principal->waiters.empty()) {
    principal->time = std::max(principal->time, now_);
    waiters_.insert(principal);
    waiting_weight_ += principal->weight;
  }
  claim->time_ = std::max(claim->time_, principal->now);
  principal->waiters.insert(claim);
}

void FairQueue::EndToWait(Claim* claim) {
  if (longest_ == claim) longest_ = nullptr;
  Principal* const principal = claim->principal_;
  principal->waiters.erase(claim);
  if (!principal->waiters.empty()) return;
  waiters_.erase(principal);
  waiting_weight_ -= principal->weight;
}

// The last to come are the first to leave.
void FairQueue::ForgetArrivals(Claim* claim, std::uint32_t count) {
  for (auto arrival = arrivals_.rbegin(); count > 0 && arrival != arrivals_.rend(); ++arrival) {
    if (arrival->first != claim) continue;
    const std::uint32_t fewer = std::min(count, arrival->second);
    arrival->second -= fewer;
    count -= fewer;
  }
  while (!arrivals_.empty() && arrivals_.back().second == 0) arrivals_.pop_back();
}

FairQueue::Claim* FairQueue::Grant() {
  if (held_ >= permits_ || waiting_ == 0) return nullptr;
  Claim* const claim = unfair_ ? NextArrived() : NextFair();
  Charge(claim);
  claim->waiting_ -= 1;
  claim->principal_->waiting -= 1;
  waiting_ -= 1;
  if (claim->waiting_ == 0) EndToWait(claim);
  Take(claim);
  return claim;
}

// There always is one below its share: those who wait hold together less than all the permits that
// are shared between them.
FairQueue::Claim* FairQueue::NextFair() {
  const double part = static_cast<double>(permits_) / static_cast<double>(waiting_weight_);
  const auto below_share = [part](const Principal* principal) {
    return static_cast<double>(principal->held) < part * principal->weight;
  };
  const auto found = std::find_if(waiters_.begin(), waiters_.end(), below_share);
  Principal* const principal = found == waiters_.end() ? *waiters_.begin() : *found;
  const auto& claims = principal->waiters;
  const double share = part * principal->weight / static_cast<double>(claims.size());
  const auto claim = std::find_if(claims.begin(), claims.end(), [share](const Claim* each) {
    return static_cast<double>(each->held_) < share;
  });
  return claim == claims.end() ? *claims.begin() : *claim;
}

FairQueue::Claim* FairQueue::NextArrived() {
  while (arrivals_.front().second == 0) arrivals_.pop_front();
  auto& [claim, count] = arrivals_.front();
  Claim* const next = claim;
  if (--count == 0) arrivals_.pop_front();
  return next;
}

// Virtual time goes on, by one permit, for the claim and for its principal.
void FairQueue::Charge(Claim* claim) {
  Principal* const principal = claim->principal_;
  now_ = std::max(now_, principal->time);
  Later(&waiters_, principal, &principal->time, kCost / principal->weight);
  principal->now = std::max(principal->now, claim->time_);
  Later(&principal->waiters, claim, &claim->time_, kCost);
}

// One that waits alone keeps its place, whatever its time.
template <typename T>
void FairQueue::Later(Waiters<T>* waiters, T* waiter, std::uint64_t* time, std::uint64_t by) {
  if (waiters->size() == 1) {
    *time += by;
    return;
  }
  waiters->erase(waiter);
  *time += by;
  waiters->insert(waiter);
}

void FairQueue::Take(Claim* claim) {
  ++claim->held_;
  ++claim->principal_->held;
  ++held_;
}

void FairQueue::Release(Claim* claim) {
  assert(claim->held_ > 0);
  --claim->held_;
  --claim->principal_->held;
  --held_;
}

FairQueue::Claim* FairQueue::PushOutFor(const Claim& claim) {
  if (waiting_ == 0) return nullptr;
  const bool known = longest_ != nullptr && longest_ != &claim && IsLonger(*longest_, claim);
  Claim* const victim = known ? longest_ : FindLonger(claim);
  if (victim == nullptr) return nullptr;
  longest_ = victim;
  Leave(victim, 1);
  return victim;
}

// Of the principal that has most waiting for its weight. Only where the longest is not known: that
// one may have ended to wait, and a newcomer be all that is known since.
FairQueue::Claim* FairQueue::FindLonger(const Claim& claim) const {
  const Principal* const longest = *std::max_element(
      waiters_.begin(), waiters_.end(),
      [](const auto* a, const auto* b) { return a->waiting * b->weight < b->waiting * a->weight; });
  Claim* const found = *longest->waiters.rbegin();
  return found != &claim && IsLonger(*found, claim) ? found : nullptr;
}

// By more than one, so that two do not push each other out in turn.
bool FairQueue::IsLonger(const Claim& candidate, const Claim& claim) const {
  const Principal& theirs = *candidate.principal_;
  const Principal& ours = *claim.principal_;
  if (&theirs == &ours) return candidate.waiting_ > claim.waiting_ + 1;
  return theirs.waiting * ours.weight > (ours.waiting + 1) * theirs.weight;
}

}  // namespace gather::engine
