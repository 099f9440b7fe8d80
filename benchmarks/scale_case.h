#ifndef BENCHMARKS_SCALE_CASE_H_
#define BENCHMARKS_SCALE_CASE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "benchmarks/child_process.h"
#include "benchmarks/scale_processes.h"
#include "benchmarks/scale_report.h"

namespace gather::benchmarks {

// Gathers of one kind through one door, which are run in each round.
struct ScaleCase {
  std::string what;
  std::int64_t x = 0;
  std::string door;

  ClientProcess* client = nullptr;
  ChildProcess* gatherd = nullptr;  // null: it takes no part
  ChildProcess* backend = nullptr;

  std::string line{};                 // what the client is asked for
  std::int64_t sub_calls = 0;         // that this makes
  std::int64_t things = 0;            // that the memory is for; 0: none is told
  std::optional<std::size_t> base{};  // the case whose rate this one's is divided by
};

// Runs all of them once to warm up and then in rounds, one after the other, and reports a line for
// each. Memory is by how much gatherd's peak (without it, the client's) exceeds what it has before
// the first round.
absl::StatusOr<std::vector<ScaleLine>> MeasureCases(const std::vector<ScaleCase>& cases, int rounds,
                                                    ScaleReport* report);

// So many gathers as make that many sub-calls, or a tenth of it where it is to be quick; at least
// one.
std::int64_t GathersFor(const ScaleSettings& settings, double sub_calls, std::int64_t calls);

// All of them; but the last, where it is to be quick.
std::vector<std::int64_t> Steps(const ScaleSettings& settings, std::vector<std::int64_t> all);

// What is in the middle of them; there is at least one.
double Median(std::vector<double> values);

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_SCALE_CASE_H_
