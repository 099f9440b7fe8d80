#ifndef GATHER_ENGINE_GATHER_PLACE_H_
#define GATHER_ENGINE_GATHER_PLACE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "engine/async/time.h"
#include "engine/caller.h"
#include "engine/limits/admission.h"
#include "engine/limits/buffered_bytes.h"
#include "engine/limits/principal_accounts.h"
#include "engine/refusal.h"

namespace gather::engine {

// The limits of a whole server and of its principals. Null: there are none.
struct ServerLimits {
  std::shared_ptr<Admission> admission;
  std::shared_ptr<PrincipalAccounts> accounts;
  std::shared_ptr<BufferedBytes> buffered;
};

// What keeps any request from being taken on, whatever it says: OVERLOADED.
std::optional<Refusal> CheckAdmission(const ServerLimits& limits, Time now);

// What one gather has taken of those limits, from being accepted to its end. Whatever it still has
// when it is destroyed is given back. Not thread-safe.
class GatherPlace {
 public:
  // For a gather of `calls` sub-calls, or a group without any yet. Null: nothing limits it.
  // Refused: OVERLOADED or QUOTA, and nothing was taken.
  static std::variant<std::unique_ptr<GatherPlace>, Refusal> Take(const ServerLimits& limits,
                                                                  const Principal* principal,
                                                                  std::uint64_t calls, bool group,
                                                                  Time now);

  GatherPlace(const GatherPlace&) = delete;
  GatherPlace& operator=(const GatherPlace&) = delete;
  ~GatherPlace();

  // One more sub-call of a group, the one of that index. Refused: nothing was taken.
  std::optional<Refusal> Add(std::uint32_t index, Time now);

  // A sub-call has ended, and nothing of it is in flight.
  void EndCall();

  // The gather was answered. Sub-calls that run on are still counted.
  void Answer();

 private:
  GatherPlace(const ServerLimits& limits, const Principal* principal);

  std::optional<Refusal> Enter(std::uint64_t calls, Time now);
  std::optional<Refusal> OpenGroup();
  std::optional<Duration> Pay(std::uint64_t calls, Time now);

  const std::shared_ptr<Admission> admission_;         // null: no bounds
  const std::shared_ptr<PrincipalAccounts> accounts_;  // null: the principal has no limits
  std::shared_ptr<PrincipalAccount> account_;
  std::string name_;  // of the principal
  PrincipalLimits principal_limits_;
  bool entered_ = false;
  std::uint64_t calls_ = 0;
  std::unique_ptr<PrincipalAccounts::Group> group_;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_GATHER_PLACE_H_
