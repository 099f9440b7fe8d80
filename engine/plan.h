#ifndef GATHER_ENGINE_PLAN_H_
#define GATHER_ENGINE_PLAN_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/access.h"
#include "engine/call_checker.h"
#include "engine/planned_call.h"
#include "engine/refusal.h"
#include "engine/request.h"
#include "engine/target.h"
#include "gather/v1/gather.pb.h"

namespace gather::engine {

// What a request is measured against. Defaults are those of the wire contract.
struct PlanLimits {
  std::uint32_t max_calls = 10'000;
  std::uint32_t max_concurrency = 1'000;
  std::chrono::nanoseconds default_timeout = std::chrono::seconds(30);
  std::chrono::nanoseconds max_timeout = std::chrono::hours(1);
};

// A request that passed every check; the only form in which the engine takes one. Movable.
struct Plan {
  std::shared_ptr<v1::GatherRequest> request;
  std::vector<PlannedCall> calls;
  const std::string* shared_request = nullptr;  // defaults.request, for calls without their own
  v1::Policy policy;  // mode and error_delivery resolved: never …_UNSPECIFIED
  std::optional<std::chrono::nanoseconds> timeout;  // what the request named, clamped
  std::uint32_t max_concurrency = 0;                // resolved and clamped: at least 1
  bool clamped = false;               // something was above the server's or its target's maximum
  std::unique_ptr<CallChecker> adds;  // of a group: checks what is added to it

  absl::string_view label() const { return request->label(); }
  bool validate_only() const { return request->validate_only(); }
};

// Checks the whole request, merged call by merged call, and sends nothing. The one place where a
// request is checked: what comes back as a Plan needs no further look. `grants` says what the
// caller may use; null: all that the targets allow. O(calls). Pure.
std::variant<Plan, Refusal> MakePlan(Request request, const TargetTable& targets,
                                     const PlanLimits& limits, const Grants* grants = nullptr);

// The same for a group: no sub-calls yet, and a checker for those that will be added. `targets` and
// `grants` must outlive the plan.
std::variant<Plan, Refusal> MakeGroupPlan(v1::Open open, const TargetTable& targets,
                                          const PlanLimits& limits, const Grants* grants = nullptr);

// The request as it will be run: defaults merged into each call, limits clamped, ids filled in,
// payloads (`request` and `fallback.response`) left out. What validate_only answers.
v1::GatherRequest Effective(const Plan& plan);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_PLAN_H_
