#include "server/metrics/recorder.h"

#include <chrono>
#include <cstddef>

namespace gather::server {
namespace {

std::uint64_t Nanoseconds(engine::Duration duration) {
  return duration.count() > 0 ? static_cast<std::uint64_t>(duration.count()) : 0;
}

engine::Duration ToDuration(const google::protobuf::Duration& duration) {
  return std::chrono::seconds(duration.seconds()) + engine::Duration(duration.nanos());
}

// Neither sent nor refused by anything but a request that only asks.
bool OnlyValidated(const engine::Outcome& outcome) {
  return outcome.disposition == v1::DISPOSITION_NOT_STARTED &&
         outcome.cause == v1::CAUSE_UNSPECIFIED;
}

}  // namespace

void MetricsRecorder::OnAccepted(const engine::RunSettings& gather) {
  metrics_->accepted[static_cast<std::size_t>(gather.kind)].Add();
}

void MetricsRecorder::OnOutcome(const engine::RunSettings& /*gather*/, std::uint32_t /*index*/,
                                const engine::PlannedCall& call, const engine::Outcome& outcome,
                                engine::Time /*now*/) {
  if (!OnlyValidated(outcome)) metrics_->CountOutcome(call, outcome);
}

void MetricsRecorder::OnAnswer(const engine::RunSettings& gather, const engine::Answer& answer,
                               engine::Time now) {
  const v1::Verdict verdict = answer.decision.verdict();
  metrics_->gathers[answer.plan.policy.mode()][verdict].Add();
  if (answer.plan.clamped) metrics_->clamped.Add();
  if (answer.plan.validate_only()) return;
  WorkerMetrics::Walk walk(metrics_);
  for (std::size_t i = 0; i < answer.outcomes.size(); ++i) {
    walk.Count(answer.plan.calls[i], answer.outcomes[i]);
  }
  metrics_->duration.Observe(Nanoseconds(now - gather.accepted));
  metrics_->overhead.Observe(Nanoseconds(ToDuration(answer.summary.overhead())));
  const bool awaited = verdict == v1::VERDICT_SATISFIED && answer.straggler_wait.count() > 0;
  if (awaited) metrics_->straggler.Observe(Nanoseconds(answer.straggler_wait));
}

void MetricsRecorder::OnCancel(v1::Cause cause) { metrics_->cancels[cause].Add(); }

void MetricsRecorder::OnStreamWait(absl::string_view target, engine::Duration waited) {
  metrics_->OfTarget(target)->stream_wait.Observe(Nanoseconds(waited));
}

void MetricsRecorder::OnDetachedFailure(const engine::DetachedFailure& failure) {
  metrics_->OfTarget(failure.failure.target)->detached_failures.Add();
}

}  // namespace gather::server
