#ifndef BENCHMARKS_SCALE_HELD_H_
#define BENCHMARKS_SCALE_HELD_H_

#include "absl/status/status.h"
#include "benchmarks/scale_processes.h"
#include "benchmarks/scale_report.h"

namespace gather::benchmarks {

// What is measured with calls that last. Each reports its lines and verdicts; an error is that of a
// process that died, did not start or did something else than what it was told.

// 100,000 sub-calls in flight, and as many that wait for their turn.
absl::Status MeasureInFlight(const ScaleSettings& settings, ScaleReport* report);

// Cancelling 1,000 sub-calls in flight until all have ended, while somebody else runs gathers of
// one call.
absl::Status MeasureCancel(const ScaleSettings& settings, ScaleReport* report);

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_SCALE_HELD_H_
