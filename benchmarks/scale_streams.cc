#include "benchmarks/scale_streams.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "benchmarks/scale_case.h"

namespace gather::benchmarks {
namespace {

// A door, and the target as gatherd has it.
struct Variant {
  std::string what;
  std::string door;
  bool bounded = true;
  std::string members = "";
};

// The first of each door is what its others are compared with.
std::vector<Variant> Variants() {
  return {{"no bound", "raw", false},
          {"100 streams", "raw"},
          {"no bound", "embedded", false},
          {"100 streams", "embedded"},
          {"no bound", "gatherd", false},
          {"100 streams", "gatherd"},
          {"100 streams, 1 connection", "gatherd", true, R"(, "max_connections": 1)"},
          {"100 streams, 10 connections", "gatherd", true, R"(, "max_connections": 10)"},
          {"100 streams, limit 100", "gatherd", true, R"(, "limits": {"max_in_flight": 100})"},
          {"100 streams, limit 400", "gatherd", true, R"(, "limits": {"max_in_flight": 400})"}};
}

// What a variant is measured with.
struct Processes {
  Program gatherd;  // none for other doors
  std::unique_ptr<ClientProcess> client;
};

absl::StatusOr<Processes> Start(const ScalePrograms& programs, const Variant& variant,
                                const std::string& backend) {
  Processes processes;
  if (variant.door == "gatherd") {
    auto gatherd = StartScaleGatherd(programs.gatherd, {{"echo", backend, variant.members}});
    if (!gatherd.ok()) return gatherd.status();
    processes.gatherd = *std::move(gatherd);
  }
  auto client = StartDoor(programs, variant.door, backend, processes.gatherd.address);
  if (!client.ok()) return client.status();
  processes.client = *std::move(client);
  return processes;
}

}  // namespace

absl::Status MeasureStreams(const ScaleSettings& settings, ScaleReport* report) {
  const auto free = StartBackend({settings.programs.echo_backend});
  if (!free.ok()) return free.status();
  const auto bounded = StartBackend({settings.programs.echo_backend, "--max_streams=100"});
  if (!bounded.ok()) return bounded.status();
  report->Begin(
      "gathers of x to a backend that allows 100 streams on a connection; ratio: to one "
      "without bound");
  constexpr std::int64_t kCalls = 1'000;
  const std::int64_t gathers = GathersFor(settings, 30'000, kCalls);
  std::vector<Processes> started;
  std::vector<ScaleCase> cases;
  std::size_t base = 0;
  for (const Variant& variant : Variants()) {
    const Program& backend = variant.bounded ? *bounded : *free;
    auto processes = Start(settings.programs, variant, backend.address);
    if (!processes.ok()) return processes.status();
    if (!variant.bounded) base = cases.size();
    cases.push_back({.what = variant.what,
                     .x = kCalls,
                     .door = variant.door,
                     .client = processes->client.get(),
                     .gatherd = processes->gatherd.process.get(),
                     .backend = backend.process.get(),
                     .line = absl::StrCat(kCalls, " 1 100 1 0 ", gathers),
                     .sub_calls = kCalls * gathers,
                     .base = base});
    started.push_back(*std::move(processes));
  }
  return MeasureCases(cases, settings.rounds, report).status();
}

}  // namespace gather::benchmarks
