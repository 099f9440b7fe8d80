#include "benchmarks/scale_case.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace gather::benchmarks {
namespace {

// One case in one round.
struct Sample {
  double rate = 0;
  double p50 = 0;
  double p99 = 0;
  double client_cpu = 0;
  double gatherd_cpu = 0;
  double backend_cpu = 0;
  double kilobytes = 0;
  std::int64_t errors = 0;
};

struct CpuTimes {
  explicit CpuTimes(const ScaleCase& of)
      : client(of.client->process()->CpuTime()),
        gatherd(of.gatherd == nullptr ? absl::ZeroDuration() : of.gatherd->CpuTime()),
        backend(of.backend->CpuTime()) {}

  absl::Duration client;
  absl::Duration gatherd;
  absl::Duration backend;
};

ChildProcess* WatchedBy(const ScaleCase& of) {
  return of.gatherd == nullptr ? of.client->process() : of.gatherd;
}

absl::StatusOr<Sample> Take(const ScaleCase& of, std::int64_t idle_kilobytes) {
  ChildProcess* const watched = WatchedBy(of);
  watched->ForgetPeak();
  const CpuTimes before(of);
  const absl::StatusOr<std::vector<std::int64_t>> answer = of.client->Ask(of.line);
  if (!answer.ok()) return answer.status();
  if (answer->size() != 5) return absl::InternalError(absl::StrCat("not a run: ", of.line));
  const CpuTimes after(of);
  const double ten_thousands = static_cast<double>(of.sub_calls) / 10'000;
  const auto cpu = [ten_thousands](absl::Duration from, absl::Duration to) {
    return absl::ToDoubleSeconds(to - from) / ten_thousands;
  };
  const std::vector<std::int64_t>& run = *answer;  // errors, wall, p50, p90, p99
  return Sample{.rate = static_cast<double>(of.sub_calls) / (static_cast<double>(run[1]) / 1e9),
                .p50 = static_cast<double>(run[2]) / 1000,
                .p99 = static_cast<double>(run[4]) / 1000,
                .client_cpu = cpu(before.client, after.client),
                .gatherd_cpu = cpu(before.gatherd, after.gatherd),
                .backend_cpu = cpu(before.backend, after.backend),
                .kilobytes = static_cast<double>(watched->PeakKilobytes() - idle_kilobytes),
                .errors = run[0]};
}

double MedianOf(const std::vector<Sample>& samples, double Sample::*figure) {
  std::vector<double> values;
  values.reserve(samples.size());
  for (const Sample& sample : samples) values.push_back(sample.*figure);
  return Median(std::move(values));
}

double MedianRatio(const std::vector<Sample>& samples, const std::vector<Sample>& base) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    ratios.push_back(samples[i].rate / base[i].rate);
  }
  return Median(std::move(ratios));
}

ScaleLine ToLine(const ScaleCase& of, const std::vector<Sample>& samples) {
  ScaleLine line{.what = of.what, .x = of.x, .door = of.door};
  line.rate = MedianOf(samples, &Sample::rate);
  line.p50_microseconds = MedianOf(samples, &Sample::p50);
  line.p99_microseconds = MedianOf(samples, &Sample::p99);
  line.client_cpu = MedianOf(samples, &Sample::client_cpu);
  if (of.gatherd != nullptr) line.gatherd_cpu = MedianOf(samples, &Sample::gatherd_cpu);
  line.backend_cpu = MedianOf(samples, &Sample::backend_cpu);
  if (of.things > 0) {
    line.kilobytes_each = MedianOf(samples, &Sample::kilobytes) / static_cast<double>(of.things);
  }
  for (const Sample& sample : samples) line.errors += sample.errors;
  return line;
}

}  // namespace

absl::StatusOr<std::vector<ScaleLine>> MeasureCases(const std::vector<ScaleCase>& cases, int rounds,
                                                    ScaleReport* report) {
  std::vector<std::int64_t> idle;
  idle.reserve(cases.size());
  for (const ScaleCase& each : cases) idle.push_back(WatchedBy(each)->ResidentKilobytes());
  for (const ScaleCase& each : cases) {
    if (auto warm = Take(each, 0); !warm.ok()) return warm.status();
  }
  std::vector<std::vector<Sample>> samples(cases.size());
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < cases.size(); ++i) {
      const std::size_t at = (i + static_cast<std::size_t>(round)) % cases.size();
      absl::StatusOr<Sample> sample = Take(cases[at], idle[at]);
      if (!sample.ok()) return sample.status();
      samples[at].push_back(*sample);
    }
  }
  std::vector<ScaleLine> lines;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    lines.push_back(ToLine(cases[i], samples[i]));
    if (cases[i].base) lines.back().ratio = MedianRatio(samples[i], samples[*cases[i].base]);
    report->Add(lines.back());
  }
  return lines;
}

std::int64_t GathersFor(const ScaleSettings& settings, double sub_calls, std::int64_t calls) {
  const double gathers = sub_calls / static_cast<double>(calls) / (settings.quick ? 10 : 1);
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(gathers));
}

std::vector<std::int64_t> Steps(const ScaleSettings& settings, std::vector<std::int64_t> all) {
  if (settings.quick) all.pop_back();
  return all;
}

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace gather::benchmarks
