#ifndef BENCHMARKS_REPORT_H_
#define BENCHMARKS_REPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/door.h"
#include "benchmarks/measurement.h"

namespace gather::benchmarks {

// A shape as it is called in the report, and how many pairs were taken of it.
struct NamedShape {
  std::string name;
  Shape shape;
};

// All pairs of a door in one shape, put together.
struct Line {
  std::string shape;
  std::string door;
  double sub_calls_per_second = 0;  // median
  // Medians of the pairs' ratios, with the least and the greatest; 0 where there is nothing to
  // compare with.
  double to_raw = 0;
  double to_raw_least = 0;
  double to_raw_greatest = 0;
  double to_paced = 0;
  double p50_microseconds = 0;  // median of the samples' medians; 0 where several ran at once
  double p50_to_raw = 0;
  // Seconds per 10,000 sub-calls, over all pairs.
  double client_cpu = 0;
  double gatherd_cpu = 0;
  double backend_cpu = 0;
  int64_t errors = 0;
};

// One line for each door in `doors`, which must be in each pair.
std::vector<Line> Summarize(const NamedShape& shape, const std::vector<std::string>& doors,
                            const std::vector<Pair>& pairs);

// What the product is to reach: the median of the ratios to raw, which may be 0.05 short.
struct Target {
  std::string shape;
  std::string door;
  double to_raw;
};

std::vector<Target> Targets();

// The header and the lines of the table for people.
std::string TableHeader();
std::string TableLine(const Line& line);

// One line: the target, what was measured, and `met`, `not met` or `not measured`.
std::string Judge(const Target& target, const std::vector<Line>& lines);

// The whole report for programs: an object with `lines` and `targets`.
std::string ToJson(const std::vector<Line>& lines, const Effort& effort);

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_REPORT_H_
