#ifndef BENCHMARKS_LINE_H_
#define BENCHMARKS_LINE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "benchmarks/measurement.h"
#include "benchmarks/shapes.h"

namespace gather::benchmarks {

// All pairs of a door in one shape, put together. Ratios are medians of the pairs' ratios, and
// absent where there is nothing to compare with.
struct Line {
  NamedShape shape;
  std::string door;
  int pairs = 0;  // in which the door took part
  double sub_calls_per_second = 0;
  std::optional<double> to_raw;
  std::optional<double> to_raw_least;
  std::optional<double> to_raw_greatest;
  std::optional<double> to_paced;
  std::optional<double> to_direct;  // what people write in the door's own language
  // Of single gathers: medians of the samples' percentiles.
  double p50_microseconds = 0;
  double p90_microseconds = 0;
  double p99_microseconds = 0;
  std::optional<double> p50_to_raw;
  // Seconds per 10,000 sub-calls, over all pairs.
  double client_cpu = 0;
  double gatherd_cpu = 0;
  double middle_cpu = 0;
  double backend_cpu = 0;
  // CPU per sub-call, against that of raw's client, or of the client of the language's own door.
  std::optional<double> client_cpu_to_raw;
  std::optional<double> gatherd_cpu_to_raw;
  std::optional<double> client_cpu_to_direct;
  // Memory per sub-call in flight; only where there are many, or the rest of a process would count.
  std::optional<double> client_kilobytes;
  std::optional<double> gatherd_kilobytes;
  int64_t errors = 0;
};

// One line for each door in `doors` that took part.
std::vector<Line> Summarize(const NamedShape& shape, const std::vector<std::string>& doors,
                            const std::vector<Pair>& pairs);

// Null if there is none.
const Line* FindLine(const std::vector<Line>& lines, absl::string_view shape,
                     absl::string_view door);

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_LINE_H_
