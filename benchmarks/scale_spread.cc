#include "benchmarks/scale_spread.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "benchmarks/scale_case.h"

namespace gather::benchmarks {

absl::Status MeasureConnections(const ScaleSettings& settings, ScaleReport* report) {
  auto backend = StartBackend({settings.programs.echo_backend});
  if (!backend.ok()) return backend.status();
  report->Begin(
      "x connections to gatherd with a gather of 10 on each, or as many on one; KB for "
      "each connection; ratio: to one connection");
  constexpr std::int64_t kCalls = 10;
  for (const std::int64_t connections : Steps(settings, {1, 10, 100, 1'000})) {
    // A server for each, so that none has the others' memory.
    const auto targets = NumberedTargets(backend->address);
    auto one = StartScaleGatherd(settings.programs.gatherd, targets);
    auto many = StartScaleGatherd(settings.programs.gatherd, targets);
    if (!one.ok()) return one.status();
    if (!many.ok()) return many.status();
    auto client_of_one =
        StartScaleClient(settings.programs, "gatherd", backend->address, one->address);
    auto client_of_many =
        StartScaleClient(settings.programs, "gatherd", backend->address, many->address);
    if (!client_of_one.ok()) return client_of_one.status();
    if (!client_of_many.ok()) return client_of_many.status();
    const std::int64_t gathers = std::max(4 * connections, GathersFor(settings, 40'000, kCalls));
    ScaleCase on_one{.what = "gathers, one connection",
                     .x = connections,
                     .door = "gatherd",
                     .client = client_of_one->get(),
                     .gatherd = one->process.get(),
                     .backend = backend->process.get(),
                     .sub_calls = kCalls * gathers};
    ScaleCase on_many = on_one;
    on_many.what = "connections";
    on_many.client = client_of_many->get();
    on_many.gatherd = many->process.get();
    on_many.base = 0;
    if (connections >= 100) on_one.things = on_many.things = connections;
    const std::string rest = absl::StrCat(" ", connections, " ", kCalls, " 1 ", gathers);
    on_one.line = absl::StrCat("run 1", rest);
    on_many.line = absl::StrCat("run ", connections, rest);
    const auto lines = MeasureCases({on_one, on_many}, settings.rounds, report);
    if (!lines.ok()) return lines.status();
  }
  return absl::OkStatus();
}

absl::Status MeasureTargets(const ScaleSettings& settings, ScaleReport* report) {
  constexpr std::int64_t kTargets = 200;
  constexpr std::int64_t kCalls = 200;
  auto backend = StartBackend({settings.programs.hold_backend, absl::StrCat("--ports=", kTargets)});
  if (!backend.ok()) return backend.status();
  auto gatherd = StartScaleGatherd(settings.programs.gatherd, NumberedTargets(backend->address));
  if (!gatherd.ok()) return gatherd.status();
  auto through = StartScaleClient(settings.programs, "gatherd", backend->address, gatherd->address);
  if (!through.ok()) return through.status();
  auto embedded = StartScaleClient(settings.programs, "embedded", backend->address, "");
  if (!embedded.ok()) return embedded.status();
  auto raw = StartScaleClient(settings.programs, "raw", backend->address, "");
  if (!raw.ok()) return raw.status();
  report->Begin("gathers of 200 over x targets, one backend process; ratio: to one target");
  std::vector<ScaleCase> cases;
  for (const std::int64_t targets : Steps(settings, {1, 10, 100, 200})) {
    const std::int64_t gathers = GathersFor(settings, 40'000, kCalls);
    ScaleCase next{.what = "targets",
                   .x = targets,
                   .door = "gatherd",
                   .client = through->get(),
                   .gatherd = gatherd->process.get(),
                   .backend = backend->process.get(),
                   .line = absl::StrCat("run 1 1 ", kCalls, " ", targets, " ", gathers),
                   .sub_calls = kCalls * gathers,
                   .base = 0};
    cases.push_back(next);
    next.door = "embedded";
    next.client = embedded->get();
    next.gatherd = nullptr;
    next.base = 1;
    cases.push_back(next);
    next.door = "raw";
    next.client = raw->get();
    next.base = 2;
    cases.push_back(next);
  }
  return MeasureCases(cases, settings.rounds, report).status();
}

}  // namespace gather::benchmarks
