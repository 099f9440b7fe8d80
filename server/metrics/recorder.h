#ifndef GATHER_SERVER_METRICS_RECORDER_H_
#define GATHER_SERVER_METRICS_RECORDER_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "engine/async/time.h"
#include "engine/observer.h"
#include "engine/outcome.h"
#include "engine/planned_call.h"
#include "engine/run_settings.h"
#include "gather/v1/gather.pb.h"
#include "server/metrics/worker_metrics.h"

namespace gather::server {

// Counts what one worker's engine does.
class MetricsRecorder final : public engine::Observer {
 public:
  // `metrics` outlive this.
  explicit MetricsRecorder(WorkerMetrics* metrics) : metrics_(metrics) {}

  void OnAccepted(const engine::RunSettings& gather) override;
  void OnOutcome(const engine::RunSettings& gather, std::uint32_t index,
                 const engine::PlannedCall& call, const engine::Outcome& outcome,
                 engine::Time now) override;
  void OnAnswer(const engine::RunSettings& gather, const engine::Answer& answer,
                engine::Time now) override;
  void OnCancel(v1::Cause cause) override;
  void OnStreamWait(absl::string_view target, engine::Duration waited) override;
  void OnDetachedFailure(const engine::DetachedFailure& failure) override;

 private:
  WorkerMetrics* const metrics_;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_METRICS_RECORDER_H_
