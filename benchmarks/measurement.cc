#include "benchmarks/measurement.h"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace gather::benchmarks {
namespace {

absl::Duration CpuTime(const std::unique_ptr<ChildProcess>& process) {
  return process == nullptr ? absl::ZeroDuration() : process->CpuTime();
}

absl::StatusOr<Sample> Take(const Processes& processes, const std::string& door, const Shape& shape,
                            int64_t gathers) {
  ChildProcess& client = *processes.doors.at(door);
  Sample sample{.gathers = gathers, .sub_calls = gathers * shape.calls};
  const absl::Duration client_before = client.CpuTime();
  const absl::Duration gatherd_before = CpuTime(processes.gatherd);
  const absl::Duration backend_before = CpuTime(processes.backend);
  absl::Status sent = client.WriteLine(
      absl::StrCat(shape.calls, " ", shape.at_once, " ", shape.payload_bytes, " ", gathers));
  if (!sent.ok()) return sent;
  absl::StatusOr<std::string> line = client.ReadLine();
  if (!line.ok()) return line.status();
  sample.client_cpu = client.CpuTime() - client_before;
  sample.gatherd_cpu = CpuTime(processes.gatherd) - gatherd_before;
  sample.backend_cpu = CpuTime(processes.backend) - backend_before;
  int64_t wall = 0;
  int64_t p50 = 0;
  if (!(std::istringstream(*line) >> sample.errors >> wall >> p50)) {
    return absl::InternalError(absl::StrCat(door, " answered \"", *line, "\""));
  }
  sample.wall = absl::Nanoseconds(wall);
  sample.p50 = absl::Nanoseconds(p50);
  return sample;
}

// How many gathers fill a sample, found by doubling; this is the warm-up, too.
absl::StatusOr<int64_t> Calibrate(const Processes& processes, const std::string& door,
                                  const Shape& shape, const Effort& effort) {
  for (int64_t gathers = effort.gathers * shape.at_once;; gathers *= 2) {
    absl::StatusOr<Sample> sample = Take(processes, door, shape, gathers);
    if (!sample.ok()) return sample.status();
    if (sample->wall < effort.sample / 4) continue;
    const double needed = gathers * absl::FDivDuration(effort.sample, sample->wall);
    return std::max<int64_t>(std::ceil(needed), effort.gathers * shape.at_once);
  }
}

}  // namespace

absl::StatusOr<std::vector<Pair>> TakePairs(const Processes& processes,
                                            const std::vector<std::string>& doors,
                                            const Shape& shape, const Effort& effort) {
  std::map<std::string, int64_t> gathers;
  for (const std::string& door : doors) {
    absl::StatusOr<int64_t> count = Calibrate(processes, door, shape, effort);
    if (!count.ok()) return count.status();
    gathers[door] = *count;
  }
  std::vector<std::string> order = doors;
  std::vector<Pair> pairs(effort.pairs);
  for (Pair& pair : pairs) {
    for (const std::string& door : order) {
      absl::StatusOr<Sample> sample = Take(processes, door, shape, gathers[door]);
      if (!sample.ok()) return sample.status();
      pair[door] = *sample;
    }
    std::rotate(order.begin(), order.begin() + 1, order.end());
  }
  return pairs;
}

}  // namespace gather::benchmarks
