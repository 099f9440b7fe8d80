#include "engine/policy_check.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "engine/field_checks.h"

namespace gather::engine {
namespace {

constexpr absl::string_view kReason = "BAD_POLICY";

std::optional<Refusal> CheckValues(const v1::Policy& policy) {
  if (!v1::Mode_IsValid(policy.mode())) {
    return RefuseArgument({"policy.mode", std::nullopt}, kReason,
                          absl::StrCat(policy.mode(), " is no mode"));
  }
  if (!v1::ErrorDelivery_IsValid(policy.error_delivery())) {
    return RefuseArgument({"policy.error_delivery", std::nullopt}, kReason,
                          absl::StrCat(policy.error_delivery(), " is no error delivery"));
  }
  return std::nullopt;
}

std::optional<Refusal> CheckModesOwnSettings(const v1::Policy& policy) {
  if (policy.min_successes() != 0 && policy.mode() != v1::MODE_QUORUM) {
    return RefuseArgument({"policy.min_successes", std::nullopt}, kReason, "only QUORUM takes it");
  }
  if (policy.has_max_failures() && policy.mode() != v1::MODE_COLLECT) {
    return RefuseArgument({"policy.max_failures", std::nullopt}, kReason, "only COLLECT takes it");
  }
  return std::nullopt;
}

std::optional<Refusal> CheckQuorum(const v1::Policy& policy) {
  if (policy.mode() != v1::MODE_QUORUM || policy.min_successes() > 0) return std::nullopt;
  return RefuseArgument({"policy.min_successes", std::nullopt}, kReason, "QUORUM needs at least 1",
                        "1");
}

}  // namespace

std::variant<v1::Policy, Refusal> ResolvePolicy(const v1::Policy& policy) {
  if (auto refusal = CheckValues(policy)) return *std::move(refusal);
  v1::Policy resolved = policy;
  if (resolved.mode() == v1::MODE_UNSPECIFIED) resolved.set_mode(v1::MODE_FAIL_FAST);
  if (auto refusal = CheckModesOwnSettings(resolved)) return *std::move(refusal);
  if (auto refusal = CheckQuorum(resolved)) return *std::move(refusal);
  if (resolved.error_delivery() == v1::ERROR_DELIVERY_UNSPECIFIED) {
    resolved.set_error_delivery(resolved.mode() == v1::MODE_COLLECT ? v1::ERROR_DELIVERY_AS_RESPONSE
                                                                    : v1::ERROR_DELIVERY_AS_STATUS);
  }
  return resolved;
}

std::optional<Refusal> CheckReachable(const v1::Policy& policy, std::uint32_t counting) {
  const v1::Mode mode = policy.mode();
  if (mode == v1::MODE_QUORUM && policy.min_successes() > counting) {
    return RefuseArgument({"policy.min_successes", std::nullopt}, kReason,
                          absl::StrCat(policy.min_successes(), " successes of ", counting,
                                       " sub-calls that count (are not OPTIONAL)"),
                          absl::StrCat(counting));
  }
  if ((mode == v1::MODE_ANY || mode == v1::MODE_RACE) && counting == 0) {
    return RefuseArgument(
        {"policy.mode", std::nullopt}, kReason,
        absl::StrCat(v1::Mode_Name(mode), " needs a sub-call that counts (is not OPTIONAL)"));
  }
  return std::nullopt;
}

Refusal RefuseDetached() {
  return Refuse({"policy.mode", std::nullopt}, absl::StatusCode::kResourceExhausted, "DETACH_LIMIT",
                "PROPAGATE and shielded sub-calls are refused while so many sub-calls run on "
                "detached; retry later, or raise --max_detached");
}

}  // namespace gather::engine
