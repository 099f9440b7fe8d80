#ifndef BENCHMARKS_SCALE_SPREAD_H_
#define BENCHMARKS_SCALE_SPREAD_H_

#include "absl/status/status.h"
#include "benchmarks/scale_processes.h"
#include "benchmarks/scale_report.h"

namespace gather::benchmarks {

// What is measured with backends that answer at once and much that is connected to. Each reports
// its lines; an error is that of a process that died or did not start.

// 1 to 1,000 client connections with a gather of 10 on each, and as many gathers on one.
absl::Status MeasureConnections(const ScaleSettings& settings, ScaleReport* report);

// Gathers of 200, over 1 to 200 targets.
absl::Status MeasureTargets(const ScaleSettings& settings, ScaleReport* report);

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_SCALE_SPREAD_H_
