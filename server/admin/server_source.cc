#include "server/admin/server_source.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/gather_place.h"
#include "engine/limits/admission.h"
#include "engine/limits/buffered_bytes.h"
#include "engine/limits/principal_accounts.h"
#include "server/log.h"
#include "server/version.h"

namespace gather::server {

void ServerSource::AddTo(Families* families) const {
  AddLoad(families);
  AddConfiguration(families);
  AddLimits(families);
  AddLog(families);
}

void ServerSource::AddLoad(Families* families) const {
  engine::EngineLoad all;
  Family* const lag = families->Gauge("gather_worker_lag_seconds",
                                      "How long a worker took to come to a question; 1: too long.");
  const auto looks = LookAtAll(view_->workers, {}, absl::Seconds(1));
  for (std::size_t worker = 0; worker < looks.size(); ++worker) {
    const engine::EngineLoad& load = looks[worker].view.load;
    all.gathers += load.gathers;
    all.queued += load.queued;
    all.in_flight += load.in_flight;
    all.detached += load.detached;
    lag->AddGauge(absl::ToDoubleSeconds(looks[worker].lag), {{"worker", absl::StrCat(worker)}});
  }
  families->Gauge("gather_gathers_in_flight", "Gathers that were not answered yet.")
      ->AddGauge(static_cast<double>(all.gathers));
  families->Gauge("gather_sub_calls_queued", "Sub-calls that wait to be sent.")
      ->AddGauge(static_cast<double>(all.queued));
  families->Gauge("gather_sub_calls_in_flight", "Sub-calls at backends that a gather waits for.")
      ->AddGauge(static_cast<double>(all.in_flight));
  families->Gauge("gather_detached_in_flight", "Sub-calls at backends that no gather waits for.")
      ->AddGauge(static_cast<double>(all.detached));
}

void ServerSource::AddConfiguration(Families* families) const {
  families->Gauge("gather_build_info", "Always 1.")->AddGauge(1, {{"version", kVersion}});
  families->Gauge("gather_draining", "1 while the server takes on no new gathers.")
      ->AddGauge(view_->draining() ? 1 : 0);
  families
      ->Gauge("gather_configuration_version", "1, and one more with each reload that was taken on.")
      ->AddGauge(static_cast<double>(view_->configuration()->version));
  Family* const reloads =
      families->Counter("gather_configuration_reloads_total",
                        "Reloads, by whether the configuration was taken on or did not validate.");
  reloads->AddCounter(static_cast<double>(view_->counters->reloads.value()), {{"result", "taken"}});
  reloads->AddCounter(static_cast<double>(view_->counters->refused_reloads.value()),
                      {{"result", "refused"}});
}

void ServerSource::AddLimits(Families* families) const {
  const engine::ServerLimits limits = view_->configuration()->engine.limits;
  Family* const dry_run = families->Counter(
      "gather_dry_run_total", "What a limit would have refused or held back but for dry_run.");
  if (limits.admission != nullptr) {
    dry_run->AddCounter(static_cast<double>(limits.admission->snapshot().would_refuse),
                        {{"limit", "server"}});
  }
  if (limits.accounts != nullptr) {
    const engine::PrincipalAccounts::Snapshot accounts = limits.accounts->snapshot();
    dry_run->AddCounter(static_cast<double>(accounts.would_refuse_calls), {{"limit", "quota"}});
    dry_run->AddCounter(static_cast<double>(accounts.would_refuse_groups),
                        {{"limit", "open_groups"}});
  }
  if (limits.buffered == nullptr) return;
  const engine::BufferedBytes::Snapshot buffered = limits.buffered->snapshot();
  dry_run->AddCounter(static_cast<double>(buffered.would_wait), {{"limit", "buffered_bytes"}});
  families
      ->Gauge("gather_buffered_reply_bytes",
              "Replies that are held, or expected of sub-calls in flight; where that is limited.")
      ->AddGauge(static_cast<double>(buffered.bytes));
  families
      ->Counter("gather_buffer_waited_total",
                "Sub-calls that had to wait for room for their reply.")
      ->AddCounter(static_cast<double>(buffered.had_to_wait));
}

void ServerSource::AddLog(Families* families) const {
  Family* const dropped = families->Counter(
      "gather_log_lines_dropped_total",
      "Lines that were not written: too many of their kind (rate), or nobody took them (full).");
  dropped->AddCounter(
      static_cast<double>(view_->counters->suppressed_lines.value() + LogLinesLeftOut()),
      {{"why", "rate"}});
  dropped->AddCounter(static_cast<double>(LogLinesDropped()), {{"why", "full"}});
}

}  // namespace gather::server
