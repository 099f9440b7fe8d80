#ifndef GATHER_ENGINE_POLICY_CHECK_H_
#define GATHER_ENGINE_POLICY_CHECK_H_

#include <cstdint>
#include <optional>
#include <variant>

#include "engine/refusal.h"
#include "gather/v1/gather.pb.h"

namespace gather::engine {

// The policy as it will be followed: mode and error_delivery are never …_UNSPECIFIED. Refused with
// BAD_POLICY: unknown values, settings of another mode, a quorum of none.
std::variant<v1::Policy, Refusal> ResolvePolicy(const v1::Policy& policy);

// Refuses, with BAD_POLICY, a policy that so few sub-calls can never satisfy: `counting` of them
// are not OPTIONAL. `policy` comes from ResolvePolicy().
std::optional<Refusal> CheckReachable(const v1::Policy& policy, std::uint32_t counting);

// PROPAGATE, or a shielded sub-call, while as many sub-calls as allowed run on detached.
Refusal RefuseDetached();

}  // namespace gather::engine

#endif  // GATHER_ENGINE_POLICY_CHECK_H_
