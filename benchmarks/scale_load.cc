#include "benchmarks/scale_load.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "benchmarks/scale_case.h"

namespace gather::benchmarks {
namespace {

// The line for door_runner: 100 bytes, one level, no slow calls.
std::string DoorLine(std::int64_t calls, std::int64_t at_once, std::int64_t gathers) {
  return absl::StrCat(calls, " ", at_once, " 100 1 0 ", gathers);
}

// The echo backend, a gatherd before it, and a client process for each door.
struct Echo {
  Program backend;
  Program gatherd;
  std::unique_ptr<ClientProcess> raw;
  std::unique_ptr<ClientProcess> through_gatherd;
  std::unique_ptr<ClientProcess> embedded;

  // Without a line yet.
  std::vector<ScaleCase> Cases(const std::string& what, std::int64_t x) const {
    ChildProcess* const server = backend.process.get();
    return {
        {.what = what, .x = x, .door = "raw", .client = raw.get(), .backend = server},
        {.what = what,
         .x = x,
         .door = "gatherd",
         .client = through_gatherd.get(),
         .gatherd = gatherd.process.get(),
         .backend = server},
        {.what = what, .x = x, .door = "embedded", .client = embedded.get(), .backend = server}};
  }
};

absl::StatusOr<Echo> StartEcho(const ScalePrograms& programs) {
  auto backend = StartBackend({programs.echo_backend});
  if (!backend.ok()) return backend.status();
  auto gatherd = StartScaleGatherd(programs.gatherd, {{"echo", backend->address}});
  if (!gatherd.ok()) return gatherd.status();
  auto raw = StartDoor(programs, "raw", backend->address, "");
  if (!raw.ok()) return raw.status();
  auto through = StartDoor(programs, "gatherd", backend->address, gatherd->address);
  if (!through.ok()) return through.status();
  auto embedded = StartDoor(programs, "embedded", backend->address, "");
  if (!embedded.ok()) return embedded.status();
  return Echo{*std::move(backend), *std::move(gatherd), *std::move(raw), *std::move(through),
              *std::move(embedded)};
}

// The greatest of the lines' costs of a sub-call, against the first's.
double Growth(const std::vector<ScaleLine>& lines, std::optional<double> ScaleLine::*cpu) {
  double greatest = 0;
  for (const ScaleLine& line : lines) greatest = std::max(greatest, (line.*cpu).value_or(0));
  return greatest / (lines.front().*cpu).value_or(0);
}

}  // namespace

absl::Status MeasureGatherSize(const ScaleSettings& settings, ScaleReport* report) {
  const absl::StatusOr<Echo> echo = StartEcho(settings.programs);
  if (!echo.ok()) return echo.status();
  report->Begin("one gather of x sub-calls; KB for each of them at the peak; ratio: to raw");
  std::vector<ScaleLine> gatherd;
  std::vector<ScaleLine> embedded;
  for (const std::int64_t calls : Steps(settings, {100, 1'000, 10'000, 100'000})) {
    const std::int64_t gathers = GathersFor(settings, 40'000, calls);
    std::vector<ScaleCase> cases = echo->Cases("sub-calls in a gather", calls);
    for (ScaleCase& each : cases) {
      each.line = DoorLine(calls, 1, gathers);
      each.sub_calls = calls * gathers;
      each.base = 0;
      if (calls >= 1'000) each.things = calls;
    }
    const auto lines = MeasureCases(cases, settings.rounds, report);
    if (!lines.ok()) return lines.status();
    gatherd.push_back((*lines)[1]);
    embedded.push_back((*lines)[2]);
  }
  report->Add(ScaleVerdict{"CPU of gatherd for a sub-call in the dearest size, to that at 100", 1.2,
                           Growth(gatherd, &ScaleLine::gatherd_cpu)});
  report->Add(ScaleVerdict{"CPU of the embedded client, likewise", 1.2,
                           Growth(embedded, &ScaleLine::client_cpu)});
  return absl::OkStatus();
}

absl::Status MeasureGathersAtOnce(const ScaleSettings& settings, ScaleReport* report) {
  const absl::StatusOr<Echo> echo = StartEcho(settings.programs);
  if (!echo.ok()) return echo.status();
  report->Begin("x gathers of 10 at once, on one connection; KB for each sub-call; ratio: to raw");
  constexpr std::int64_t kMostByHand = 1'000;  // it has all its calls in flight: none ends in 30 s
  constexpr std::int64_t kCalls = 10;
  for (const std::int64_t at_once : Steps(settings, {1, 10, 100, 1'000, 10'000})) {
    const std::int64_t gathers = std::max(2 * at_once, GathersFor(settings, 40'000, kCalls));
    std::vector<ScaleCase> cases = echo->Cases("gathers at once", at_once);
    for (ScaleCase& each : cases) {
      each.line = DoorLine(kCalls, at_once, gathers);
      each.sub_calls = kCalls * gathers;
      each.base = 0;
      if (at_once >= 100) each.things = kCalls * at_once;
    }
    if (at_once > kMostByHand) {
      for (ScaleCase& each : cases) each.base = std::nullopt;
      cases.erase(cases.begin());
    }
    const auto lines = MeasureCases(cases, settings.rounds, report);
    if (!lines.ok()) return lines.status();
  }
  return absl::OkStatus();
}

}  // namespace gather::benchmarks
