#include "benchmarks/targets.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace gather::benchmarks {
namespace {

constexpr double kTolerance = 0.05;

using Ratio = std::optional<double> Line::*;

// A figure of one line.
Target OfLine(const std::string& shape, const std::string& door, const std::string& figure_name,
              Ratio ratio, Bound bound, double asked) {
  const auto figure = [=](const std::vector<Line>& lines) -> std::optional<double> {
    const Line* const line = FindLine(lines, shape, door);
    return line == nullptr ? std::nullopt : line->*ratio;
  };
  return {absl::StrCat("gather of ", shape, ", ", door, ": ", figure_name), bound, asked, figure};
}

Target RateToRaw(const std::string& shape, const std::string& door, double asked) {
  return OfLine(shape, door, "rate to raw", &Line::to_raw, Bound::kAtLeast, asked);
}

Target RateToPaced(const std::string& shape, const std::string& door, double asked) {
  return OfLine(shape, door, "rate to paced", &Line::to_paced, Bound::kAtLeast, asked);
}

Target P50ToRaw(const std::string& door, double asked) {
  return OfLine("1", door, "p50 to raw", &Line::p50_to_raw, Bound::kAtMost, asked);
}

Target GatherdCpuToRaw(const std::string& shape, double asked) {
  return OfLine(shape, "gatherd", "gatherd's CPU to that of raw's client",
                &Line::gatherd_cpu_to_raw, Bound::kAtMost, asked);
}

// The time of a gather is the inverse of its rate.
Target TimeToDirect(const std::string& door, const std::string& direct, double asked) {
  const auto figure = [door](const std::vector<Line>& lines) -> std::optional<double> {
    const Line* const line = FindLine(lines, "1000", door);
    if (line == nullptr || !line->to_direct.has_value()) return std::nullopt;
    return 1 / *line->to_direct;
  };
  return {absl::StrCat("gather of 1000, ", door, ": time to ", direct), Bound::kAtMost, asked,
          figure};
}

Target ClientCpuToDirect(const std::string& door, const std::string& direct, double asked) {
  return OfLine("1000", door, absl::StrCat("client's CPU to that of ", direct),
                &Line::client_cpu_to_direct, Bound::kAtMost, asked);
}

// CPU per sub-call of client and gatherd together, in gathers of 100 to 100,000: the greatest
// against the least.
Target Flat(const std::string& door) {
  const auto figure = [door](const std::vector<Line>& lines) -> std::optional<double> {
    std::vector<double> costs;
    for (const char* shape : {"100", "1000", "10000", "100000"}) {
      const Line* const line = FindLine(lines, shape, door);
      if (line == nullptr) return std::nullopt;
      costs.push_back(line->client_cpu + line->gatherd_cpu);
    }
    const auto [least, greatest] = std::minmax_element(costs.begin(), costs.end());
    return *greatest / *least;
  };
  return {absl::StrCat("gathers of 100 to 100000, ", door,
                       ": CPU of client and gatherd per sub-call, greatest to least"),
          Bound::kAtMost, 1.2, figure};
}

bool Meets(const Target& target, double measured) {
  return target.bound == Bound::kAtLeast ? measured >= target.asked - kTolerance
                                         : measured <= target.asked;
}

}  // namespace

std::string ToString(Verdict verdict) {
  switch (verdict) {
    case Verdict::kMet:
      return "met";
    case Verdict::kNotMet:
      return "not met";
    case Verdict::kNotMeasured:
      break;
  }
  return "not measured";
}

std::vector<Target> Targets() {
  return {
      P50ToRaw("gatherd", 2.2),
      P50ToRaw("embedded", 1.25),
      RateToRaw("10-64-at-once", "gatherd", 0.92),
      RateToRaw("10-64-at-once", "embedded", 1.0),
      RateToRaw("100", "gatherd", 0.82),
      RateToRaw("100", "embedded", 0.97),
      RateToRaw("1000", "gatherd", 1.2),
      RateToRaw("1000", "embedded", 1.2),
      RateToRaw("10000", "gatherd", 2.2),
      RateToRaw("10000", "embedded", 2.2),
      RateToPaced("10000", "gatherd", 0.95),
      RateToPaced("10000", "embedded", 1.0),
      RateToRaw("100-10KiB", "gatherd", 0.72),
      RateToRaw("100-10KiB", "embedded", 0.95),
      GatherdCpuToRaw("100", 1.1),
      GatherdCpuToRaw("1000", 0.9),
      OfLine("1000", "gatherd", "client's CPU to that of raw", &Line::client_cpu_to_raw,
             Bound::kAtMost, 0.06),
      Flat("gatherd"),
      Flat("embedded"),
      TimeToDirect("python-gatherd", "python-gather", 0.35),
      ClientCpuToDirect("python-gatherd", "python-gather", 0.08),
      TimeToDirect("node-gatherd", "node", 0.2),
      ClientCpuToDirect("node-gatherd", "node", 0.06),
  };
}

Judgement Judge(const Target& target, const std::vector<Line>& lines) {
  Judgement judgement;
  judgement.what = target.what;
  judgement.measured = target.figure(lines);
  judgement.asked =
      absl::StrFormat("%s %g", target.bound == Bound::kAtLeast ? ">=" : "<=", target.asked);
  if (judgement.measured.has_value()) {
    judgement.verdict = Meets(target, *judgement.measured) ? Verdict::kMet : Verdict::kNotMet;
  }
  return judgement;
}

}  // namespace gather::benchmarks
