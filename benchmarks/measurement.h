#ifndef BENCHMARKS_MEASUREMENT_H_
#define BENCHMARKS_MEASUREMENT_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "benchmarks/door.h"
#include "benchmarks/processes.h"

namespace gather::benchmarks {

// One door, one shape, some hundred milliseconds.
struct Sample {
  int64_t gathers = 0;
  int64_t sub_calls = 0;  // those that reached the backend
  int64_t errors = 0;
  absl::Duration wall = absl::ZeroDuration();
  // Of the durations of single gathers.
  absl::Duration p50 = absl::ZeroDuration();
  absl::Duration p90 = absl::ZeroDuration();
  absl::Duration p99 = absl::ZeroDuration();
  absl::Duration client_cpu = absl::ZeroDuration();
  absl::Duration gatherd_cpu = absl::ZeroDuration();
  absl::Duration middle_cpu = absl::ZeroDuration();
  absl::Duration backend_cpu = absl::ZeroDuration();
  // The peak, less what the process held when it was idle after its start.
  int64_t client_kilobytes = 0;
  int64_t gatherd_kilobytes = 0;

  double SubCallsPerSecond() const { return sub_calls / absl::ToDoubleSeconds(wall); }
};

// What a pair is: one sample of each door that takes part in it, taken right after each other.
using Pair = std::map<std::string, Sample>;

struct Effort {
  int pairs = 7;
  int least_pairs = 3;
  absl::Duration sample = absl::Milliseconds(200);
  // A door whose samples take longer than this in all pairs takes part in fewer.
  absl::Duration door = absl::Seconds(4);
};

// How many gathers make a sample, when `gathers` took `wall`: as many as fill `effort.sample`, but
// at least two unless they are long; every lane gets some, and where the shape is slow each sample
// gets the same share of slow calls.
int64_t GathersPerSample(const Shape& shape, const Effort& effort, int64_t gathers,
                         absl::Duration wall);

// In how many pairs a door takes part whose samples take `wall`.
int PairsOf(const Effort& effort, absl::Duration wall);

// Whether a door that takes part in `mine` of `all` pairs does so in the one of that index: spread
// evenly, the last one always.
bool TakesPart(int index, int mine, int all);

// Warms every door up, finds out how many gathers make a sample, and takes `effort.pairs` pairs, in
// each of them another door first. `doors` is the order in the first pair. An error is that of a
// process that died; gathers that failed are counted in the samples.
absl::StatusOr<std::vector<Pair>> TakePairs(const Processes& processes,
                                            const std::vector<std::string>& doors,
                                            const Shape& shape, const Effort& effort);

// Runs one gather through a door, so that its connections stand.
absl::Status WarmUp(const Processes& processes, const std::string& door);

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_MEASUREMENT_H_
