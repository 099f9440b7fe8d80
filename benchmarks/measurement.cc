#include "benchmarks/measurement.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "benchmarks/placement.h"

namespace gather::benchmarks {
namespace {

// From here on one gather makes a sample.
constexpr absl::Duration kLong = absl::Milliseconds(500);

constexpr int kSlowEvery = 100;

// CPU time that all of them have used.
struct CpuTimes {
  explicit CpuTimes(const Processes& processes, const std::string& door)
      : client(processes.doors.at(door).process->CpuTime()), backend(processes.backend->CpuTime()) {
    for (const Watched& each : processes.gatherds) gatherd += each.process->CpuTime();
    for (const auto& each : processes.middles) middle += each->CpuTime();
  }

  absl::Duration client;
  absl::Duration gatherd = absl::ZeroDuration();
  absl::Duration middle = absl::ZeroDuration();
  absl::Duration backend;
};

int64_t PeakGrowth(const Watched& watched) {
  return std::max<int64_t>(watched.process->PeakKilobytes() - watched.idle_kilobytes, 0);
}

std::string OrderLine(const Shape& shape, int64_t gathers) {
  return absl::StrCat(shape.calls, " ", shape.at_once, " ", shape.payload_bytes, " ", shape.levels,
                      " ", shape.slow ? 1 : 0, " ", gathers);
}

// Reads what a door answers.
absl::Status Parse(const std::string& line, Sample* sample) {
  int64_t wall = 0;
  int64_t p50 = 0;
  int64_t p90 = 0;
  int64_t p99 = 0;
  if (!(std::istringstream(line) >> sample->errors >> wall >> p50 >> p90 >> p99)) {
    return absl::InternalError(absl::StrCat("a door answered \"", line, "\""));
  }
  sample->wall = absl::Nanoseconds(wall);
  sample->p50 = absl::Nanoseconds(p50);
  sample->p90 = absl::Nanoseconds(p90);
  sample->p99 = absl::Nanoseconds(p99);
  return absl::OkStatus();
}

absl::StatusOr<Sample> Take(const Processes& processes, const std::string& door, const Shape& shape,
                            int64_t gathers) {
  if (shape.calls * shape.at_once == 1) KeepNeighboursApart(processes, door);
  const Watched& client = processes.doors.at(door);
  client.process->ForgetPeak();
  for (const Watched& gatherd : processes.gatherds) gatherd.process->ForgetPeak();
  Sample sample{.gathers = gathers, .sub_calls = gathers * shape.echoes()};
  const CpuTimes before(processes, door);
  absl::Status sent = client.process->WriteLine(OrderLine(shape, gathers));
  if (!sent.ok()) return sent;
  absl::StatusOr<std::string> line = client.process->ReadLine();
  if (!line.ok()) return line.status();
  const CpuTimes after(processes, door);
  sample.client_cpu = after.client - before.client;
  sample.gatherd_cpu = after.gatherd - before.gatherd;
  sample.middle_cpu = after.middle - before.middle;
  sample.backend_cpu = after.backend - before.backend;
  sample.client_kilobytes = PeakGrowth(client);
  for (const Watched& gatherd : processes.gatherds) sample.gatherd_kilobytes += PeakGrowth(gatherd);
  absl::Status parsed = Parse(*line, &sample);
  if (!parsed.ok()) return parsed;
  return sample;
}

// How a door is sampled in one shape.
struct Plan {
  int64_t gathers = 0;  // in a sample
  int pairs = 0;
};

// Found by doubling; this is the warm-up, too.
absl::StatusOr<Plan> Calibrate(const Processes& processes, const std::string& door,
                               const Shape& shape, const Effort& effort) {
  for (int64_t gathers = shape.at_once;; gathers *= 2) {
    absl::StatusOr<Sample> sample = Take(processes, door, shape, gathers);
    if (!sample.ok()) return sample.status();
    if (sample->wall < effort.sample / 4) continue;
    Plan plan{.gathers = GathersPerSample(shape, effort, gathers, sample->wall)};
    plan.pairs = PairsOf(effort, sample->wall * (static_cast<double>(plan.gathers) / gathers));
    return plan;
  }
}

}  // namespace

int64_t GathersPerSample(const Shape& shape, const Effort& effort, int64_t gathers,
                         absl::Duration wall) {
  const double filling = gathers * absl::FDivDuration(effort.sample, wall);
  const int rounds = wall / (gathers / shape.at_once) < kLong ? 2 : 1;
  const int64_t needed = std::max<int64_t>(std::ceil(filling), int64_t{rounds} * shape.at_once);
  const int64_t multiple = shape.slow ? kSlowEvery / std::gcd(kSlowEvery, shape.echoes()) : 1;
  return (needed + multiple - 1) / multiple * multiple;
}

int PairsOf(const Effort& effort, absl::Duration wall) {
  const int least = std::min(effort.least_pairs, effort.pairs);
  return static_cast<int>(
      std::clamp<double>(absl::FDivDuration(effort.door, wall), least, effort.pairs));
}

bool TakesPart(int index, int mine, int all) {
  return (index + 1) * mine / all > index * mine / all;
}

absl::StatusOr<std::vector<Pair>> TakePairs(const Processes& processes,
                                            const std::vector<std::string>& doors,
                                            const Shape& shape, const Effort& effort) {
  std::map<std::string, Plan> plans;
  for (const std::string& door : doors) {
    absl::StatusOr<Plan> plan = Calibrate(processes, door, shape, effort);
    if (!plan.ok()) return plan.status();
    plans[door] = *plan;
  }
  std::vector<std::string> order = doors;
  std::vector<Pair> pairs(effort.pairs);
  for (int i = 0; i < effort.pairs; ++i) {
    for (const std::string& door : order) {
      const Plan& plan = plans[door];
      if (!TakesPart(i, plan.pairs, effort.pairs)) continue;
      absl::StatusOr<Sample> sample = Take(processes, door, shape, plan.gathers);
      if (!sample.ok()) return sample.status();
      pairs[i][door] = *sample;
    }
    std::rotate(order.begin(), order.begin() + 1, order.end());
  }
  LetRunAnywhere(processes);
  return pairs;
}

absl::Status WarmUp(const Processes& processes, const std::string& door) {
  absl::StatusOr<Sample> sample = Take(processes, door, {.calls = 10}, 1);
  if (!sample.ok()) return sample.status();
  if (sample->errors == 0) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(door, ": the first gather failed"));
}

}  // namespace gather::benchmarks
