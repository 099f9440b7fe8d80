#ifndef BENCHMARKS_LOAD_H_
#define BENCHMARKS_LOAD_H_

#include <cstdint>
#include <vector>

#include "absl/time/time.h"
#include "benchmarks/door.h"

namespace gather::benchmarks {

// Gathers that run `at_once` at a time, spread over connections to the server and over targets.
struct Load {
  int connections = 1;
  int at_once = 1;
  int calls = 10;
  int targets = 1;  // t0, t1, ...: call i goes to t(i % targets)
  int payload_bytes = 100;
  std::int64_t gathers = 1;
};

// How long it all took, and single gathers from their own start to their own end.
struct LoadTimes {
  absl::Duration wall;
  absl::Duration p50;
  absl::Duration p90;
  absl::Duration p99;
  Errors errors;
};

// Runs gathers against backends that answer at once. Used by one thread.
class Loader {
 public:
  virtual ~Loader() = default;
  virtual LoadTimes Run(const Load& load) = 0;
};

// The times of a run, of each gather's duration; there is at least one.
LoadTimes Summarize(absl::Duration wall, std::vector<absl::Duration> each, Errors errors);

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_LOAD_H_
