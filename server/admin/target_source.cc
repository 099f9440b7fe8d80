#include "server/admin/target_source.h"

#include "engine/limits/target_permits.h"
#include "engine/target.h"

namespace gather::server {

void TargetSource::AddTo(Families* families) const {
  Family* const permits = families->Gauge(
      "gather_target_permits", "Sub-calls that a limited target may have in flight, now.");
  Family* const held = families->Gauge("gather_target_permits_held", "Those that are in flight.");
  Family* const waiting =
      families->Gauge("gather_target_waiting", "Sub-calls that wait for a permit of the target.");
  Family* const waited =
      families->Counter("gather_target_waited_total",
                        "Permits that were not there at once when they were asked for.");
  Family* const refused = families->Counter(
      "gather_target_refused_total", "Sub-calls that found the target's queue full: TARGET_LIMIT.");
  Family* const dry_run = families->Counter(
      "gather_target_dry_run_total", "What would have waited or been refused but for dry_run.");
  const auto configuration = view_->configuration();
  for (const auto& target : configuration->engine.targets.all()) {
    if (target->permits == nullptr) continue;
    const engine::TargetPermits::Snapshot now = target->permits->snapshot();
    const Family::Labels labels = {{"target", target->name}};
    permits->AddGauge(static_cast<double>(now.permits), labels);
    held->AddGauge(static_cast<double>(now.held), labels);
    waiting->AddGauge(static_cast<double>(now.waiting), labels);
    waited->AddCounter(static_cast<double>(now.had_to_wait), labels);
    refused->AddCounter(static_cast<double>(now.refused), labels);
    dry_run->AddCounter(static_cast<double>(now.would_wait),
                        {{"target", target->name}, {"would", "wait"}});
    dry_run->AddCounter(static_cast<double>(now.would_refuse),
                        {{"target", target->name}, {"would", "refuse"}});
  }
}

}  // namespace gather::server
