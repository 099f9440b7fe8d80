#include "engine/plan.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/call_checker.h"
#include "engine/duration.h"
#include "engine/field_checks.h"
#include "engine/policy_check.h"

namespace gather::engine {
namespace {

std::optional<Refusal> CheckCount(const v1::GatherRequest& request, const PlanLimits& limits) {
  const auto count = static_cast<std::uint32_t>(request.calls_size());
  if (count <= limits.max_calls) return std::nullopt;
  return RefuseArgument({"calls", std::nullopt}, "TOO_MANY_CALLS",
                        absl::StrCat(count, " sub-calls, at most ", limits.max_calls),
                        absl::StrCat(limits.max_calls));
}

std::optional<Refusal> CheckDefaults(const v1::SubCall& defaults) {
  if (!defaults.id().empty()) {
    return RefuseArgument({"defaults.id", std::nullopt}, "BAD_DEFAULTS",
                          "an id belongs to one sub-call and has no default");
  }
  if (defaults.has_retry()) return RefuseNotYet({"defaults.retry", std::nullopt}, "retries are");
  if (defaults.has_hedging()) {
    return RefuseNotYet({"defaults.hedging", std::nullopt}, "hedging is");
  }
  return std::nullopt;
}

std::optional<Refusal> PlanTimeout(const PlanLimits& limits, Plan* plan) {
  if (!plan->request->has_timeout()) return std::nullopt;
  auto timeout = ReadTimeout(plan->request->timeout(), {"timeout", std::nullopt},
                             limits.max_timeout, &plan->clamped);
  if (auto* refusal = std::get_if<Refusal>(&timeout)) return std::move(*refusal);
  plan->timeout = std::get<std::chrono::nanoseconds>(timeout);
  return std::nullopt;
}

std::optional<Refusal> PlanPolicy(Plan* plan) {
  auto policy = ResolvePolicy(plan->request->policy());
  if (auto* refusal = std::get_if<Refusal>(&policy)) return std::move(*refusal);
  plan->policy = std::get<v1::Policy>(std::move(policy));
  return std::nullopt;
}

void PlanConcurrency(const PlanLimits& limits, Plan* plan) {
  const std::uint32_t asked = plan->request->max_concurrency();
  const std::uint32_t most = std::max(limits.max_concurrency, 1u);
  plan->max_concurrency = asked == 0 ? most : std::min(asked, most);
  if (asked > most) plan->clamped = true;
}

std::optional<Refusal> PlanCalls(const TargetTable& targets, const PlanLimits& limits,
                                 const Grants* grants, Plan* plan) {
  v1::GatherRequest& request = *plan->request;
  const auto count = static_cast<std::uint32_t>(request.calls_size());
  const v1::SubCall& defaults = request.defaults();
  CallChecker checker(count, defaults, plan->policy.mode(), targets, limits.max_timeout, grants);
  plan->calls.resize(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (auto refusal = checker.Check(i, request.mutable_calls(i), &plan->calls[i])) return refusal;
  }
  if (defaults.has_request()) plan->shared_request = &defaults.request();
  plan->clamped = plan->clamped || checker.clamped();
  return std::nullopt;
}

std::optional<Refusal> PlanSettings(const PlanLimits& limits, Plan* plan) {
  if (auto refusal = PlanPolicy(plan)) return refusal;
  if (auto refusal = CheckLabel(plan->request->label())) return refusal;
  if (auto refusal = CheckDefaults(plan->request->defaults())) return refusal;
  if (auto refusal = PlanTimeout(limits, plan)) return refusal;
  PlanConcurrency(limits, plan);
  return std::nullopt;
}

// The defaults have been checked not to hold what is not served, so the call's own flags stand.
void MergeInto(const PlannedCall& planned, v1::SubCall* effective) {
  const v1::SubCall& call = *planned.sub_call;
  effective->set_id(call.id());
  effective->set_target(planned.target_name.data(), planned.target_name.size());
  effective->set_method(planned.method.data(), planned.method.size());
  for (const v1::Metadata* entry : planned.metadata) *effective->add_metadata() = *entry;
  if (planned.timeout) ToProto(*planned.timeout, effective->mutable_timeout());
  if (planned.shielded) effective->set_shielded(true);
  if (planned.server_streaming) effective->set_server_streaming(true);
  if (planned.idempotent) effective->set_idempotent(true);
  if (planned.fallback != nullptr) {
    *effective->mutable_fallback()->mutable_codes() = planned.fallback->codes();
  }
  effective->set_requirement(planned.requirement);
}

}  // namespace

std::variant<Plan, Refusal> MakePlan(Request request, const TargetTable& targets,
                                     const PlanLimits& limits, const Grants* grants) {
  Plan plan;
  plan.request = std::move(request.message);
  if (auto refusal = CheckCount(*plan.request, limits)) return *std::move(refusal);
  if (auto refusal = PlanSettings(limits, &plan)) return *std::move(refusal);
  if (auto refusal = PlanCalls(targets, limits, grants, &plan)) return *std::move(refusal);
  for (KeptPayload& kept : request.payloads) {
    plan.calls[kept.index].payload = std::move(kept.payload);
  }
  const auto counting = std::count_if(
      plan.calls.begin(), plan.calls.end(),
      [](const PlannedCall& call) { return call.requirement != v1::REQUIREMENT_OPTIONAL; });
  if (auto refusal = CheckReachable(plan.policy, static_cast<std::uint32_t>(counting))) {
    return *std::move(refusal);
  }
  return plan;
}

std::variant<Plan, Refusal> MakeGroupPlan(v1::Open open, const TargetTable& targets,
                                          const PlanLimits& limits, const Grants* grants) {
  Plan plan;
  plan.request = std::make_unique<v1::GatherRequest>();
  v1::GatherRequest& request = *plan.request;
  if (open.has_policy()) request.mutable_policy()->Swap(open.mutable_policy());
  if (open.has_timeout()) request.mutable_timeout()->Swap(open.mutable_timeout());
  if (open.has_defaults()) request.mutable_defaults()->Swap(open.mutable_defaults());
  request.set_max_concurrency(open.max_concurrency());
  request.set_label(open.label());
  if (auto refusal = PlanSettings(limits, &plan)) return *std::move(refusal);
  if (request.defaults().has_request()) plan.shared_request = &request.defaults().request();
  plan.adds = std::make_unique<CallChecker>(0, request.defaults(), plan.policy.mode(), targets,
                                            limits.max_timeout, grants);
  return plan;
}

v1::GatherRequest Effective(const Plan& plan) {
  v1::GatherRequest effective;
  effective.mutable_calls()->Reserve(static_cast<int>(plan.calls.size()));
  for (const PlannedCall& planned : plan.calls) MergeInto(planned, effective.add_calls());
  *effective.mutable_policy() = plan.policy;
  if (plan.timeout) ToProto(*plan.timeout, effective.mutable_timeout());
  effective.set_max_concurrency(plan.max_concurrency);
  effective.set_label(plan.request->label());
  effective.set_validate_only(plan.request->validate_only());
  return effective;
}

}  // namespace gather::engine
