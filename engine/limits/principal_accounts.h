#ifndef GATHER_ENGINE_LIMITS_PRINCIPAL_ACCOUNTS_H_
#define GATHER_ENGINE_LIMITS_PRINCIPAL_ACCOUNTS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/async/time.h"
#include "engine/limits/principal_limits.h"
#include "engine/limits/token_bucket.h"

namespace gather::engine {

// What one principal has used up. Whoever asks brings the limits that hold now. Thread-safe.
class PrincipalAccount {
 public:
  PrincipalAccount() = default;
  PrincipalAccount(const PrincipalAccount&) = delete;
  PrincipalAccount& operator=(const PrincipalAccount&) = delete;

  // Takes what `calls` sub-calls cost; or takes nothing, and says after what time there will be
  // enough.
  std::optional<Duration> TakeCalls(std::uint64_t calls, const PrincipalLimits& limits, Time now);

  // One more group is open; false, and nothing has changed, when there are as many as there may be.
  bool OpenGroup(std::uint32_t most);
  void CloseGroup();

  // It is as one that was never used.
  bool IsUnused(Time now);

 private:
  std::mutex mutex_;
  std::optional<TokenBucket> bucket_;
  double rate_ = 0;
  double burst_ = 0;
  std::uint32_t open_groups_ = 0;
};

// The accounts of those principals that have limits, by name. Shared by all workers. Thread-safe.
class PrincipalAccounts {
 public:
  struct Snapshot {
    std::size_t accounts = 0;
    std::uint64_t refused_calls = 0;  // requests and adds, since the start
    std::uint64_t refused_groups = 0;
    std::uint64_t would_refuse_calls = 0;  // with dry_run
    std::uint64_t would_refuse_groups = 0;
  };

  // An open group's place, for as long as it lives.
  class Group {
   public:
    explicit Group(std::shared_ptr<PrincipalAccount> account) : account_(std::move(account)) {}
    Group(const Group&) = delete;
    Group& operator=(const Group&) = delete;
    ~Group() { account_->CloseGroup(); }

   private:
    const std::shared_ptr<PrincipalAccount> account_;
  };

  PrincipalAccounts() = default;
  PrincipalAccounts(const PrincipalAccounts&) = delete;
  PrincipalAccounts& operator=(const PrincipalAccounts&) = delete;

  // The account of that name; a new one, if there is none. Those that nobody uses are forgotten
  // when there are many.
  std::shared_ptr<PrincipalAccount> Of(absl::string_view name, Time now);

  // Takes what the sub-calls cost. Returned is after what time to ask again, if they are refused.
  std::optional<Duration> TakeCalls(PrincipalAccount* account, std::uint64_t calls,
                                    const PrincipalLimits& limits, Time now);

  // A place for one more open group. Null: refused.
  std::unique_ptr<Group> OpenGroup(const std::shared_ptr<PrincipalAccount>& account,
                                   const PrincipalLimits& limits);

  Snapshot snapshot() const;

 private:
  void Sweep(Time now);

  mutable std::mutex mutex_;
  absl::flat_hash_map<std::string, std::shared_ptr<PrincipalAccount>> accounts_;
  std::size_t sweep_at_ = 1'024;
  std::atomic<std::uint64_t> refused_calls_{0};
  std::atomic<std::uint64_t> refused_groups_{0};
  std::atomic<std::uint64_t> would_refuse_calls_{0};
  std::atomic<std::uint64_t> would_refuse_groups_{0};
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_LIMITS_PRINCIPAL_ACCOUNTS_H_
