#ifndef BENCHMARKS_BENCH_PROCESSES_H_
#define BENCHMARKS_BENCH_PROCESSES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "benchmarks/doors.h"
#include "benchmarks/measurement.h"

namespace gather::benchmarks {

// Paths. The doors of a language need its client.
struct Programs {
  std::string echo_backend;
  std::string gatherd;
  std::string middle;
  std::map<Language, std::string> clients;  // empty paths: there is none
};

struct Setup {
  bool two_levels = false;     // with what stands in the middle
  bool everything_on = false;  // gatherd with every kind of check and limit
};

// Starts whatever the doors need and runs a gather through each of them.
absl::StatusOr<Processes> StartAll(const Programs& programs, const std::vector<DoorKind>& doors,
                                   const Setup& setup);

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_BENCH_PROCESSES_H_
