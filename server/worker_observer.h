#ifndef GATHER_SERVER_WORKER_OBSERVER_H_
#define GATHER_SERVER_WORKER_OBSERVER_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "engine/async/time.h"
#include "engine/observer.h"
#include "engine/outcome.h"
#include "engine/planned_call.h"
#include "engine/refusal.h"
#include "engine/run_settings.h"
#include "gather/v1/gather.pb.h"
#include "server/audit_log.h"
#include "server/config/configuration.h"
#include "server/counters.h"
#include "server/line_budget.h"
#include "server/metrics/label_budget.h"
#include "server/metrics/recorder.h"
#include "server/metrics/worker_metrics.h"
#include "server/span_log.h"

namespace gather::server {

// What becomes known of one worker's gathers: it counts them, and writes about them what the
// configuration asks for. On the worker's thread, but for metrics().
class WorkerObserver final : public engine::Observer {
 public:
  // Both outlive this, and are shared by all workers.
  WorkerObserver(LabelBudget* labels, Counters* counters);

  // What is written from now on.
  void SetConfiguration(const Configuration& configuration);

  // A request was refused as a whole.
  void OnRefused(const Asked& asked, const engine::Refusal& refusal);

  void OnAccepted(const engine::RunSettings& gather) override;
  void OnOutcome(const engine::RunSettings& gather, std::uint32_t index,
                 const engine::PlannedCall& call, const engine::Outcome& outcome,
                 engine::Time now) override;
  void OnAnswer(const engine::RunSettings& gather, const engine::Answer& answer,
                engine::Time now) override;
  void OnCancel(v1::Cause cause) override;
  void OnStreamWait(absl::string_view target, engine::Duration waited) override;
  void OnDetachedFailure(const engine::DetachedFailure& failure) override;

  // From any thread.
  const WorkerMetrics& metrics() const { return metrics_; }

 private:
  void LogFailed(const engine::Answer& answer, engine::Time now);

  Counters* const counters_;
  WorkerMetrics metrics_;
  MetricsRecorder recorder_;
  AuditLog audit_;
  SpanLog spans_;
  bool audits_ = false;
  bool writes_spans_ = false;
  LineBudget failed_lines_;
  LineBudget detached_lines_;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_WORKER_OBSERVER_H_
