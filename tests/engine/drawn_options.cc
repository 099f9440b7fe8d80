#include "tests/engine/drawn_options.h"

#include <chrono>

#include "engine/detached_budget.h"
#include "engine/limits/target_limits.h"
#include "engine/target.h"

namespace gather::testing {

using std::chrono::milliseconds;

std::shared_ptr<engine::EngineOptions> DrawOptions(Dice* dice, std::uint32_t budget) {
  auto options = std::make_shared<engine::EngineOptions>();
  options->targets = *engine::TargetTable::Create({{"users", "h:1"}});
  options->plan.max_concurrency = dice->Chance(40) ? 100 : 4;
  options->plan.default_timeout = milliseconds(200);
  options->plan.max_timeout = dice->Chance(3) ? milliseconds(40) : milliseconds(900);
  options->cancel_grace = milliseconds(20);
  options->detached_timeout = dice->Chance(3) ? milliseconds(15) : milliseconds(80);
  options->detached_budget = std::make_shared<engine::DetachedBudget>(budget);
  return options;
}

std::shared_ptr<engine::TargetPermits> DrawPermits(Dice* dice) {
  engine::TargetLimits limits;
  limits.max_in_flight = static_cast<std::uint32_t>(dice->Below(5));
  limits.max_queued = static_cast<std::uint32_t>(dice->Chance(3) ? 1 + dice->Below(4) : 0);
  limits.unfair = dice->Chance(4);
  if (limits.max_in_flight == 0 || dice->Chance(2)) return nullptr;
  return std::make_shared<engine::TargetPermits>(limits);
}

engine::PolicyRule ToRule(const v1::Policy& policy) {
  engine::PolicyRule rule;
  if (policy.mode() != v1::MODE_UNSPECIFIED) rule.mode = policy.mode();
  rule.min_successes = policy.min_successes();
  if (policy.has_max_failures()) rule.max_failures = policy.max_failures();
  return rule;
}

}  // namespace gather::testing
