#include "server/worker_observer.h"

#include <chrono>
#include <optional>

#include "server/detached_log.h"
#include "server/gather_log.h"

namespace gather::server {

WorkerObserver::WorkerObserver(LabelBudget* labels, Counters* counters)
    : counters_(counters), metrics_(labels), recorder_(&metrics_) {}

void WorkerObserver::SetConfiguration(const Configuration& configuration) {
  for (const auto& target : configuration.engine.targets.all()) metrics_.AddTarget(target->name);
  audits_ = configuration.message.logging().audit();
  if (!audits_) audit_.Forget();
  writes_spans_ = configuration.message.logging().spans();
}

void WorkerObserver::OnRefused(const Asked& asked, const engine::Refusal& refusal) {
  metrics_.CountRefusal("request", refusal.reason);
  if (audits_) audit_.OnRefused(asked, refusal);
}

void WorkerObserver::OnAccepted(const engine::RunSettings& gather) { recorder_.OnAccepted(gather); }

void WorkerObserver::OnOutcome(const engine::RunSettings& gather, std::uint32_t index,
                               const engine::PlannedCall& call, const engine::Outcome& outcome,
                               engine::Time now) {
  recorder_.OnOutcome(gather, index, call, outcome, now);
  if (audits_) audit_.OnOutcome(gather, call, outcome);
  if (writes_spans_) spans_.OnOutcome(gather, index, call, outcome, now);
}

void WorkerObserver::OnAnswer(const engine::RunSettings& gather, const engine::Answer& answer,
                              engine::Time now) {
  recorder_.OnAnswer(gather, answer, now);
  if (audits_) audit_.OnAnswer(gather, answer);
  if (writes_spans_) spans_.OnAnswer(gather, answer, now);
  if (HasFailed(answer)) LogFailed(answer, now);
}

void WorkerObserver::LogFailed(const engine::Answer& answer, engine::Time now) {
  const std::optional<std::uint64_t> suppressed = failed_lines_.Take(now);
  if (!suppressed) return void(counters_->suppressed_lines.Add());
  LogFailedGather(answer, *suppressed);
}

void WorkerObserver::OnCancel(v1::Cause cause) { recorder_.OnCancel(cause); }

void WorkerObserver::OnStreamWait(absl::string_view target, engine::Duration waited) {
  recorder_.OnStreamWait(target, waited);
}

void WorkerObserver::OnDetachedFailure(const engine::DetachedFailure& failure) {
  recorder_.OnDetachedFailure(failure);
  const std::uint64_t total = counters_->detached_failures.Add();
  if (detached_lines_.Take(std::chrono::steady_clock::now())) {
    LogDetachedFailure(failure, total);
  } else {
    counters_->suppressed_lines.Add();
  }
}

}  // namespace gather::server
