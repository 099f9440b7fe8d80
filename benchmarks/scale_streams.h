#ifndef BENCHMARKS_SCALE_STREAMS_H_
#define BENCHMARKS_SCALE_STREAMS_H_

#include "absl/status/status.h"
#include "benchmarks/scale_processes.h"
#include "benchmarks/scale_report.h"

namespace gather::benchmarks {

// Gathers of 1,000 to a backend that allows 100 streams on a connection, with what can be
// configured against that, beside one without a bound. Reports lines; an error is that of a process
// that died or did not start.
absl::Status MeasureStreams(const ScaleSettings& settings, ScaleReport* report);

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_SCALE_STREAMS_H_
