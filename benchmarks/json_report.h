#ifndef BENCHMARKS_JSON_REPORT_H_
#define BENCHMARKS_JSON_REPORT_H_

#include <string>
#include <vector>

#include "benchmarks/line.h"
#include "benchmarks/machine.h"
#include "benchmarks/targets.h"

namespace gather::benchmarks {

// What a run found, and under which circumstances.
struct Report {
  Machine machine;
  std::string date;  // YYYY-MM-DD
  int pairs = 0;
  std::vector<Line> lines;
  std::vector<Judgement> targets;
};

// The whole report for programs: an object with `machine`, `date`, `pairs`, `lines` and `targets`.
// A figure that there is none of is null.
std::string ToJson(const Report& report);

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_JSON_REPORT_H_
