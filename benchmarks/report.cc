#include "benchmarks/report.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"

namespace gather::benchmarks {
namespace {

// By how much a target may be missed: what one run differs from the next.
constexpr double kTolerance = 0.05;

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// For each pair that has both doors: the ratio of their `figure`s.
template <typename Figure>
std::vector<double> Ratios(const std::vector<Pair>& pairs, const std::string& door,
                           const std::string& base, Figure figure) {
  std::vector<double> ratios;
  for (const Pair& pair : pairs) {
    const auto it = pair.find(base);
    if (it == pair.end() || figure(it->second) == 0) continue;
    ratios.push_back(figure(pair.at(door)) / figure(it->second));
  }
  return ratios;
}

double Rate(const Sample& sample) { return sample.SubCallsPerSecond(); }
double P50(const Sample& sample) { return absl::ToDoubleMicroseconds(sample.p50); }

void AddCpu(const std::vector<Pair>& pairs, Line* line) {
  double ten_thousands = 0;
  for (const Pair& pair : pairs) {
    const Sample& sample = pair.at(line->door);
    ten_thousands += sample.sub_calls / 10000.0;
    line->client_cpu += absl::ToDoubleSeconds(sample.client_cpu);
    line->gatherd_cpu += absl::ToDoubleSeconds(sample.gatherd_cpu);
    line->backend_cpu += absl::ToDoubleSeconds(sample.backend_cpu);
    line->errors += sample.errors;
  }
  line->client_cpu /= ten_thousands;
  line->gatherd_cpu /= ten_thousands;
  line->backend_cpu /= ten_thousands;
}

Line SummarizeDoor(const std::string& shape, const std::string& door,
                   const std::vector<Pair>& pairs) {
  Line line{.shape = shape, .door = door};
  std::vector<double> rates;
  std::vector<double> p50s;
  for (const Pair& pair : pairs) {
    rates.push_back(Rate(pair.at(door)));
    p50s.push_back(P50(pair.at(door)));
  }
  line.sub_calls_per_second = Median(rates);
  line.p50_microseconds = Median(p50s);
  const std::vector<double> to_raw = Ratios(pairs, door, "raw", Rate);
  line.to_raw = Median(to_raw);
  if (!to_raw.empty()) {
    line.to_raw_least = *std::min_element(to_raw.begin(), to_raw.end());
    line.to_raw_greatest = *std::max_element(to_raw.begin(), to_raw.end());
  }
  line.to_paced = Median(Ratios(pairs, door, "paced", Rate));
  line.p50_to_raw = Median(Ratios(pairs, door, "raw", P50));
  AddCpu(pairs, &line);
  return line;
}

const Line* Find(const std::vector<Line>& lines, const Target& target) {
  const auto it = std::find_if(lines.begin(), lines.end(), [&](const Line& line) {
    return line.shape == target.shape && line.door == target.door;
  });
  return it == lines.end() ? nullptr : &*it;
}

std::string Verdict(const Target& target, const Line* line) {
  if (line == nullptr || line->to_raw == 0) return "not measured";
  return line->to_raw >= target.to_raw - kTolerance ? "met" : "not met";
}

std::string LineToJson(const Line& line) {
  return absl::StrFormat(
      R"({"shape": "%s", "door": "%s", "sub_calls_per_second": %.0f, "to_raw": %.3f, )"
      R"("to_raw_least": %.3f, "to_raw_greatest": %.3f, "to_paced": %.3f, )"
      R"("p50_microseconds": %.1f, "p50_to_raw": %.3f, "client_cpu": %.4f, )"
      R"("gatherd_cpu": %.4f, "backend_cpu": %.4f, "errors": %d})",
      line.shape, line.door, line.sub_calls_per_second, line.to_raw, line.to_raw_least,
      line.to_raw_greatest, line.to_paced, line.p50_microseconds, line.p50_to_raw, line.client_cpu,
      line.gatherd_cpu, line.backend_cpu, line.errors);
}

}  // namespace

std::vector<Line> Summarize(const NamedShape& shape, const std::vector<std::string>& doors,
                            const std::vector<Pair>& pairs) {
  std::vector<Line> lines;
  lines.reserve(doors.size());
  for (const std::string& door : doors) lines.push_back(SummarizeDoor(shape.name, door, pairs));
  return lines;
}

std::vector<Target> Targets() {
  return {{"100", "gatherd", 0.75},
          {"1000", "gatherd", 1.0},
          {"10000", "gatherd", 1.8},
          {"100", "embedded", 0.9}};
}

std::string TableHeader() {
  return absl::StrCat(absl::StrFormat("%-16s %-9s %11s  %6s  %-10s %8s  %-16s %s\n", "gather of",
                                      "door", "sub-calls/s", "to raw", "least-most", "to paced",
                                      "p50 (to raw)", "CPU s per 10,000 sub-calls"),
                      absl::StrFormat("%-16s %-9s %11s  %6s  %-10s %8s  %-16s %s", "", "", "", "",
                                      "", "", "", "client  gatherd backend"));
}

std::string TableLine(const Line& line) {
  std::string p50;
  if (line.p50_microseconds > 0) {
    p50 = absl::StrFormat("%.0f us (%.2f)", line.p50_microseconds, line.p50_to_raw);
  }
  return absl::StrFormat("%-16s %-9s %11.0f  %6.2f  %4.2f-%-5.2f %8.2f  %-16s %.3f   %.3f   %.3f%s",
                         line.shape, line.door, line.sub_calls_per_second, line.to_raw,
                         line.to_raw_least, line.to_raw_greatest, line.to_paced, p50,
                         line.client_cpu, line.gatherd_cpu, line.backend_cpu,
                         line.errors == 0 ? "" : absl::StrCat("  ", line.errors, " errors"));
}

std::string Judge(const Target& target, const std::vector<Line>& lines) {
  const Line* line = Find(lines, target);
  return absl::StrFormat("%-12s gather of %-6s %-9s >= %.2f of raw: %s", Verdict(target, line),
                         target.shape, target.door, target.to_raw,
                         line == nullptr ? "-" : absl::StrFormat("%.2f", line->to_raw));
}

std::string ToJson(const std::vector<Line>& lines, const Effort& effort) {
  std::vector<std::string> targets;
  for (const Target& target : Targets()) {
    targets.push_back(absl::StrFormat(
        R"({"shape": "%s", "door": "%s", "to_raw": %.2f, "verdict": "%s"})", target.shape,
        target.door, target.to_raw, Verdict(target, Find(lines, target))));
  }
  const auto append = [](std::string* out, const Line& line) {
    absl::StrAppend(out, LineToJson(line));
  };
  return absl::StrCat("{\"pairs\": ", effort.pairs, ",\n \"lines\": [\n  ",
                      absl::StrJoin(lines, ",\n  ", append), "],\n \"targets\": [\n  ",
                      absl::StrJoin(targets, ",\n  "), "]}\n");
}

}  // namespace gather::benchmarks
