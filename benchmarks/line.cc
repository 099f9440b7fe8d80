#include "benchmarks/line.h"

#include <algorithm>

#include "absl/time/time.h"
#include "benchmarks/doors.h"

namespace gather::benchmarks {
namespace {

// Fewer sub-calls in flight say nothing about the memory of one.
constexpr int64_t kManyInFlight = 1000;

std::optional<double> Median(std::vector<double> values) {
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double Rate(const Sample& sample) { return sample.SubCallsPerSecond(); }
double P50(const Sample& sample) { return absl::ToDoubleMicroseconds(sample.p50); }
double P90(const Sample& sample) { return absl::ToDoubleMicroseconds(sample.p90); }
double P99(const Sample& sample) { return absl::ToDoubleMicroseconds(sample.p99); }
double ClientCpu(const Sample& sample) {
  return absl::ToDoubleSeconds(sample.client_cpu) / sample.sub_calls;
}
double GatherdCpu(const Sample& sample) {
  return absl::ToDoubleSeconds(sample.gatherd_cpu) / sample.sub_calls;
}
double ClientKilobytes(const Sample& sample) { return sample.client_kilobytes; }
double GatherdKilobytes(const Sample& sample) { return sample.gatherd_kilobytes; }

using Figure = double (*)(const Sample&);

// The samples of one door, and of the others that it was measured with.
class DoorSamples {
 public:
  DoorSamples(const std::vector<Pair>& pairs, const std::string& door)
      : pairs_(pairs), door_(door) {}

  int count() const { return Of(Rate).size(); }

  std::vector<double> Of(Figure figure) const {
    std::vector<double> values;
    for (const Pair& pair : pairs_) {
      if (const Sample* const mine = Find(pair, door_)) values.push_back(figure(*mine));
    }
    return values;
  }

  // For each pair that has both doors: the ratio of `figure` to the `base_figure` of `base`.
  std::vector<double> Ratios(Figure figure, absl::string_view base, Figure base_figure) const {
    std::vector<double> ratios;
    for (const Pair& pair : pairs_) {
      const Sample* const mine = Find(pair, door_);
      const Sample* const other = Find(pair, base);
      if (mine == nullptr || other == nullptr || base_figure(*other) == 0) continue;
      ratios.push_back(figure(*mine) / base_figure(*other));
    }
    return ratios;
  }

  Sample Total() const {
    Sample total;
    for (const Pair& pair : pairs_) {
      const Sample* const mine = Find(pair, door_);
      if (mine == nullptr) continue;
      total.sub_calls += mine->sub_calls;
      total.errors += mine->errors;
      total.client_cpu += mine->client_cpu;
      total.gatherd_cpu += mine->gatherd_cpu;
      total.middle_cpu += mine->middle_cpu;
      total.backend_cpu += mine->backend_cpu;
    }
    return total;
  }

 private:
  static const Sample* Find(const Pair& pair, absl::string_view door) {
    const auto it = pair.find(std::string(door));
    return it == pair.end() ? nullptr : &it->second;
  }

  const std::vector<Pair>& pairs_;
  const std::string& door_;
};

void AddRatios(const DoorSamples& samples, const DoorKind& door, Line* line) {
  const std::vector<double> to_raw = samples.Ratios(Rate, "raw", Rate);
  line->to_raw = Median(to_raw);
  if (!to_raw.empty()) {
    line->to_raw_least = *std::min_element(to_raw.begin(), to_raw.end());
    line->to_raw_greatest = *std::max_element(to_raw.begin(), to_raw.end());
  }
  line->to_paced = Median(samples.Ratios(Rate, "paced", Rate));
  line->p50_to_raw = Median(samples.Ratios(P50, "raw", P50));
  line->client_cpu_to_raw = Median(samples.Ratios(ClientCpu, "raw", ClientCpu));
  line->to_direct = Median(samples.Ratios(Rate, door.direct, Rate));
  line->client_cpu_to_direct = Median(samples.Ratios(ClientCpu, door.direct, ClientCpu));
  if (door.through_gatherd) {
    line->gatherd_cpu_to_raw = Median(samples.Ratios(GatherdCpu, "raw", ClientCpu));
  }
}

void AddCpu(const Sample& total, Line* line) {
  const double ten_thousands = total.sub_calls / 10000.0;
  line->client_cpu = absl::ToDoubleSeconds(total.client_cpu) / ten_thousands;
  line->gatherd_cpu = absl::ToDoubleSeconds(total.gatherd_cpu) / ten_thousands;
  line->middle_cpu = absl::ToDoubleSeconds(total.middle_cpu) / ten_thousands;
  line->backend_cpu = absl::ToDoubleSeconds(total.backend_cpu) / ten_thousands;
}

void AddMemory(const DoorSamples& samples, const DoorKind& door, Line* line) {
  const int64_t in_flight = line->shape.shape.echoes() * line->shape.shape.at_once;
  if (in_flight < kManyInFlight) return;
  line->client_kilobytes = *Median(samples.Of(ClientKilobytes)) / in_flight;
  if (!door.through_gatherd) return;
  line->gatherd_kilobytes = *Median(samples.Of(GatherdKilobytes)) / in_flight;
}

Line SummarizeDoor(const NamedShape& shape, const DoorKind& door, const DoorSamples& samples) {
  Line line;
  line.shape = shape;
  line.door = door.name;
  line.pairs = samples.count();
  line.sub_calls_per_second = *Median(samples.Of(Rate));
  line.p50_microseconds = *Median(samples.Of(P50));
  line.p90_microseconds = *Median(samples.Of(P90));
  line.p99_microseconds = *Median(samples.Of(P99));
  AddRatios(samples, door, &line);
  const Sample total = samples.Total();
  AddCpu(total, &line);
  AddMemory(samples, door, &line);
  line.errors = total.errors;
  return line;
}

}  // namespace

std::vector<Line> Summarize(const NamedShape& shape, const std::vector<std::string>& doors,
                            const std::vector<Pair>& pairs) {
  std::vector<Line> lines;
  for (const std::string& door : doors) {
    const DoorSamples samples(pairs, door);
    if (samples.count() > 0) lines.push_back(SummarizeDoor(shape, *FindDoor(door), samples));
  }
  return lines;
}

const Line* FindLine(const std::vector<Line>& lines, absl::string_view shape,
                     absl::string_view door) {
  const auto it = std::find_if(lines.begin(), lines.end(), [&](const Line& line) {
    return line.shape.name == shape && line.door == door;
  });
  return it == lines.end() ? nullptr : &*it;
}

}  // namespace gather::benchmarks
