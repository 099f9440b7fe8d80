#ifndef BENCHMARKS_SCALE_LOAD_H_
#define BENCHMARKS_SCALE_LOAD_H_

#include "absl/status/status.h"
#include "benchmarks/scale_processes.h"
#include "benchmarks/scale_report.h"

namespace gather::benchmarks {

// What is measured with backends that answer at once. Each reports its lines and verdicts; an error
// is that of a process that died or did not start.

// One gather of 100 to 100,000 sub-calls: what each costs.
absl::Status MeasureGatherSize(const ScaleSettings& settings, ScaleReport* report);

// 1 to 10,000 gathers of 10 at once, on one connection.
absl::Status MeasureGathersAtOnce(const ScaleSettings& settings, ScaleReport* report);

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_SCALE_LOAD_H_
