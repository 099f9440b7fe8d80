#ifndef BENCHMARKS_MEASUREMENT_H_
#define BENCHMARKS_MEASUREMENT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "benchmarks/child_process.h"
#include "benchmarks/door.h"

namespace gather::benchmarks {

// The processes of a run. A door has a client process of its own, because gRPC polls all
// connections of a process together: two doors in one process would slow each other down.
struct Processes {
  std::unique_ptr<ChildProcess> backend;
  std::unique_ptr<ChildProcess> gatherd;  // null if no door needs it
  std::map<std::string, std::unique_ptr<ChildProcess>> doors;
};

// One door, one shape, some hundred milliseconds.
struct Sample {
  int64_t gathers = 0;
  int64_t sub_calls = 0;
  int64_t errors = 0;
  absl::Duration wall = absl::ZeroDuration();
  absl::Duration p50 = absl::ZeroDuration();  // of one gather; zero where several ran at once
  absl::Duration client_cpu = absl::ZeroDuration();
  absl::Duration gatherd_cpu = absl::ZeroDuration();
  absl::Duration backend_cpu = absl::ZeroDuration();

  double SubCallsPerSecond() const { return sub_calls / absl::ToDoubleSeconds(wall); }
};

// What a pair is: one sample of each door, taken right after each other.
using Pair = std::map<std::string, Sample>;

struct Effort {
  int pairs = 7;
  absl::Duration sample = absl::Milliseconds(200);
  int gathers = 2;  // at least so many in a sample
};

// Warms every door up, finds out how many gathers make a sample, and takes `effort.pairs` pairs, in
// each of them another door first. `doors` is the order in the first pair. An error is that of a
// process that died; gathers that failed are counted in the samples.
absl::StatusOr<std::vector<Pair>> TakePairs(const Processes& processes,
                                            const std::vector<std::string>& doors,
                                            const Shape& shape, const Effort& effort);

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_MEASUREMENT_H_
