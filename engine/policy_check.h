#ifndef GATHER_ENGINE_POLICY_CHECK_H_
#define GATHER_ENGINE_POLICY_CHECK_H_

#include <variant>

#include "engine/refusal.h"
#include "gather/v1/gather.pb.h"

namespace gather::engine {

// The policy as it will be followed: mode and error_delivery are never …_UNSPECIFIED. Refused are
// unknown values, settings of another mode (BAD_POLICY), and what is not served yet (NOT_YET).
std::variant<v1::Policy, Refusal> ResolvePolicy(const v1::Policy& policy);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_POLICY_CHECK_H_
