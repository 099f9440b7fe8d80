#include "engine/limits/principal_accounts.h"

#include <algorithm>
#include <limits>

namespace gather::engine {
namespace {

double BurstOf(const PrincipalLimits& limits) {
  return limits.burst > 0 ? limits.burst : std::max(limits.sub_calls_per_second, 1.0);
}

}  // namespace

// ---- one account

std::optional<Duration> PrincipalAccount::TakeCalls(std::uint64_t calls,
                                                    const PrincipalLimits& limits, Time now) {
  const double burst = BurstOf(limits);
  std::lock_guard lock(mutex_);
  if (!bucket_) {
    bucket_.emplace(limits.sub_calls_per_second, burst);
  } else if (rate_ != limits.sub_calls_per_second || burst_ != burst) {
    bucket_->Configure(limits.sub_calls_per_second, burst, now);
  }
  rate_ = limits.sub_calls_per_second;
  burst_ = burst;
  return bucket_->Take(calls, now);
}

bool PrincipalAccount::OpenGroup(std::uint32_t most) {
  std::lock_guard lock(mutex_);
  if (open_groups_ >= most) return false;
  ++open_groups_;
  return true;
}

void PrincipalAccount::CloseGroup() {
  std::lock_guard lock(mutex_);
  --open_groups_;
}

bool PrincipalAccount::IsUnused(Time now) {
  std::lock_guard lock(mutex_);
  return open_groups_ == 0 && (!bucket_ || bucket_->IsFull(now));
}

// ---- all of them

std::shared_ptr<PrincipalAccount> PrincipalAccounts::Of(absl::string_view name, Time now) {
  std::lock_guard lock(mutex_);
  const auto found = accounts_.find(name);
  if (found != accounts_.end()) return found->second;
  if (accounts_.size() >= sweep_at_) Sweep(now);
  auto account = std::make_shared<PrincipalAccount>();
  accounts_.emplace(name, account);
  return account;
}

// Nobody can begin to use one meanwhile: that takes this lock.
void PrincipalAccounts::Sweep(Time now) {
  absl::erase_if(accounts_, [now](const auto& entry) {
    return entry.second.use_count() == 1 && entry.second->IsUnused(now);
  });
  sweep_at_ = std::max(sweep_at_, 2 * accounts_.size());
}

std::optional<Duration> PrincipalAccounts::TakeCalls(PrincipalAccount* account, std::uint64_t calls,
                                                     const PrincipalLimits& limits, Time now) {
  if (limits.sub_calls_per_second <= 0 || calls == 0) return std::nullopt;
  const std::optional<Duration> wait = account->TakeCalls(calls, limits, now);
  if (!wait) return std::nullopt;
  if (!limits.dry_run) {
    ++refused_calls_;
    return wait;
  }
  ++would_refuse_calls_;
  return std::nullopt;
}

std::unique_ptr<PrincipalAccounts::Group> PrincipalAccounts::OpenGroup(
    const std::shared_ptr<PrincipalAccount>& account, const PrincipalLimits& limits) {
  constexpr std::uint32_t kAny = std::numeric_limits<std::uint32_t>::max();
  const std::uint32_t most = limits.max_open_groups > 0 ? limits.max_open_groups : kAny;
  if (account->OpenGroup(most)) return std::make_unique<Group>(account);
  if (!limits.dry_run) {
    ++refused_groups_;
    return nullptr;
  }
  ++would_refuse_groups_;
  account->OpenGroup(kAny);
  return std::make_unique<Group>(account);
}

PrincipalAccounts::Snapshot PrincipalAccounts::snapshot() const {
  std::lock_guard lock(mutex_);
  return {accounts_.size(), refused_calls_, refused_groups_, would_refuse_calls_,
          would_refuse_groups_};
}

}  // namespace gather::engine
