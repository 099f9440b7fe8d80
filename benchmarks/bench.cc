// Measures gathers through every door against a hand-written fan-out, in one interleaved run.
//
//   bench --echo_backend=PATH --gatherd=PATH --middle=PATH --door_runner=PATH
//         [--python_client=PATH] [--go_client=PATH] [--node_client=PATH]
//         [--doors=raw,...] [--shapes=100,...] [--pairs=N] [--quick] [--everything_on]
//         [--must_meet] [--json=FILE]
//
// Exit status 0 if no sub-call failed, whether or not the targets are met; 1 if one did or a
// process died, or with --must_meet if a target is not met. See README.md beside this file.

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "benchmarks/bench_processes.h"
#include "benchmarks/doors.h"
#include "benchmarks/json_report.h"
#include "benchmarks/line.h"
#include "benchmarks/machine.h"
#include "benchmarks/measurement.h"
#include "benchmarks/shapes.h"
#include "benchmarks/table.h"
#include "benchmarks/targets.h"

ABSL_FLAG(std::string, echo_backend, "", "Path of the echo backend.");
ABSL_FLAG(std::string, gatherd, "", "Path of the server.");
ABSL_FLAG(std::string, middle, "", "Path of what stands in the middle of two levels.");
ABSL_FLAG(std::string, door_runner, "", "Path of the client process of the doors in C++.");
ABSL_FLAG(std::string, python_client, "", "The same in Python.");
ABSL_FLAG(std::string, go_client, "", "The same in Go.");
ABSL_FLAG(std::string, node_client, "", "The same in Node.");
ABSL_FLAG(std::vector<std::string>, doors, {},
          "Doors to measure. Default: all whose client process there is.");
ABSL_FLAG(std::vector<std::string>, shapes, {}, "Shapes to measure. Default: all.");
ABSL_FLAG(int, pairs, 0,
          "Pairs for each shape; a door that takes long takes part in some only. Default: 7, of a "
          "quick run 5.");
ABSL_FLAG(bool, quick, false,
          "All doors in some shapes, short samples: less than 3 minutes on two cores. A "
          "smoke test, not a measurement.");
ABSL_FLAG(bool, everything_on, false,
          "gatherd with access rules, quotas, permits, bounds, audit log and spans.");
ABSL_FLAG(bool, must_meet, false, "A measured target that is not met makes the exit status 1.");
ABSL_FLAG(
    std::string, json, "default",
    "File to write the report to, for programs; empty: none. Default: "
    "benchmarks/results/bench.json, or quick.json of a quick run; none where doors, shapes or "
    "what gatherd does were chosen.");

namespace gather::benchmarks {
namespace {

Programs GivenPrograms() {
  return {.echo_backend = absl::GetFlag(FLAGS_echo_backend),
          .gatherd = absl::GetFlag(FLAGS_gatherd),
          .middle = absl::GetFlag(FLAGS_middle),
          .clients = {{Language::kCpp, absl::GetFlag(FLAGS_door_runner)},
                      {Language::kPython, absl::GetFlag(FLAGS_python_client)},
                      {Language::kGo, absl::GetFlag(FLAGS_go_client)},
                      {Language::kNode, absl::GetFlag(FLAGS_node_client)}}};
}

absl::StatusOr<std::vector<DoorKind>> ChosenDoors(const Programs& programs) {
  std::vector<DoorKind> doors;
  for (const std::string& name : absl::GetFlag(FLAGS_doors)) {
    const DoorKind* const door = FindDoor(name);
    if (door == nullptr) return absl::InvalidArgumentError(absl::StrCat("no door \"", name, "\""));
    if (programs.clients.at(door->language).empty()) {
      return absl::InvalidArgumentError(absl::StrCat("no program for the door \"", name, "\""));
    }
    doors.push_back(*door);
  }
  if (!doors.empty()) return doors;
  for (const DoorKind& door : AllDoors()) {
    if (!programs.clients.at(door.language).empty()) doors.push_back(door);
  }
  return doors;
}

absl::StatusOr<std::vector<NamedShape>> ChosenShapes() {
  const std::vector<std::string> names = absl::GetFlag(FLAGS_shapes);
  if (!names.empty()) return SelectShapes(names);
  return absl::GetFlag(FLAGS_quick) ? QuickShapes() : AllShapes();
}

absl::StatusOr<Effort> ChosenEffort() {
  Effort effort;
  if (absl::GetFlag(FLAGS_quick)) {
    effort = {.pairs = 5, .sample = absl::Milliseconds(70), .door = absl::Seconds(1)};
  }
  const int pairs = absl::GetFlag(FLAGS_pairs);
  if (pairs < 0) return absl::InvalidArgumentError("--pairs must be positive");
  if (pairs > 0) effort.pairs = pairs;
  return effort;
}

// Whether the run can show but a part of what the project wants to reach.
bool IsSelection() {
  return !absl::GetFlag(FLAGS_doors).empty() || !absl::GetFlag(FLAGS_shapes).empty();
}

std::string JsonPath() {
  if (absl::GetFlag(FLAGS_json) != "default") return absl::GetFlag(FLAGS_json);
  if (IsSelection() || absl::GetFlag(FLAGS_everything_on)) return "";
  return absl::GetFlag(FLAGS_quick) ? "benchmarks/results/quick.json"
                                    : "benchmarks/results/bench.json";
}

absl::StatusOr<std::vector<Line>> MeasureShape(const Processes& processes,
                                               const std::vector<DoorKind>& doors,
                                               const NamedShape& shape, const Effort& effort) {
  std::vector<std::string> names;
  for (const DoorKind& door : doors) {
    if (CanDo(door, shape.shape)) names.push_back(door.name);
  }
  absl::StatusOr<std::vector<Pair>> pairs = TakePairs(processes, names, shape.shape, effort);
  if (!pairs.ok()) return pairs.status();
  std::vector<Line> lines = Summarize(shape, names, *pairs);
  for (const Line& line : lines) std::cout << TableLine(line) << '\n';
  std::cout << std::flush;
  return lines;
}

absl::StatusOr<std::vector<Line>> MeasureAll(const std::vector<DoorKind>& doors,
                                             const std::vector<NamedShape>& shapes,
                                             const Effort& effort) {
  const bool two_levels = std::any_of(shapes.begin(), shapes.end(), [](const NamedShape& shape) {
    return shape.shape.levels == 2;
  });
  const absl::Time start = absl::Now();
  const absl::StatusOr<Processes> processes =
      StartAll(GivenPrograms(), doors,
               {.two_levels = two_levels, .everything_on = absl::GetFlag(FLAGS_everything_on)});
  if (!processes.ok()) return processes.status();
  std::cout << TableHeader() << std::endl;
  std::vector<Line> lines;
  for (const NamedShape& shape : shapes) {
    absl::StatusOr<std::vector<Line>> more = MeasureShape(*processes, doors, shape, effort);
    if (!more.ok()) return more.status();
    std::move(more->begin(), more->end(), std::back_inserter(lines));
  }
  std::cout << "\nmeasured for "
            << absl::FormatDuration(absl::Trunc(absl::Now() - start, absl::Seconds(1))) << '\n';
  return lines;
}

std::vector<Judgement> JudgeAll(const std::vector<Line>& lines) {
  std::vector<Judgement> judgements;
  for (const Target& target : Targets()) {
    judgements.push_back(Judge(target, lines));
    if (IsSelection() && judgements.back().verdict == Verdict::kNotMeasured) continue;
    std::cout << TargetLine(judgements.back()) << '\n';
  }
  if (!IsSelection()) std::cout << "100,000 in flight, and cancelling: see ./dev bench scale\n";
  if (absl::GetFlag(FLAGS_quick)) std::cout << "(a quick run: too short to judge by)\n";
  return judgements;
}

absl::Status Write(const Report& report) {
  const std::string path = JsonPath();
  if (path.empty()) return absl::OkStatus();
  std::ofstream file(path);
  file << ToJson(report);
  if (!file.flush()) return absl::UnknownError(absl::StrCat("cannot write ", path));
  std::cout << "written: " << path << '\n';
  return absl::OkStatus();
}

// What makes the run a failure.
absl::Status Conclude(const Report& report) {
  int64_t errors = 0;
  for (const Line& line : report.lines) errors += line.errors;
  if (errors > 0) return absl::UnknownError(absl::StrCat(errors, " sub-calls failed"));
  for (const Judgement& target : report.targets) {
    if (absl::GetFlag(FLAGS_must_meet) && target.verdict == Verdict::kNotMet) {
      return absl::UnknownError("a target is not met");
    }
  }
  return absl::OkStatus();
}

absl::Status Run() {
  const absl::StatusOr<std::vector<DoorKind>> doors = ChosenDoors(GivenPrograms());
  if (!doors.ok()) return doors.status();
  const absl::StatusOr<std::vector<NamedShape>> shapes = ChosenShapes();
  if (!shapes.ok()) return shapes.status();
  const absl::StatusOr<Effort> effort = ChosenEffort();
  if (!effort.ok()) return effort.status();
  absl::StatusOr<std::vector<Line>> lines = MeasureAll(*doors, *shapes, *effort);
  if (!lines.ok()) return lines.status();
  Report report{.machine = ThisMachine(),
                .date = absl::FormatTime("%Y-%m-%d", absl::Now(), absl::LocalTimeZone()),
                .pairs = effort->pairs,
                .lines = *std::move(lines),
                .targets = {}};
  report.targets = JudgeAll(report.lines);
  absl::Status written = Write(report);
  if (!written.ok()) return written;
  return Conclude(report);
}

}  // namespace
}  // namespace gather::benchmarks

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage(
      "Measures gathers through every door against a hand-written fan-out. --quick takes less than "
      "3 minutes on two cores; a full run less than 25.");
  absl::ParseCommandLine(argc, argv);
  const absl::Status status = gather::benchmarks::Run();
  if (status.ok()) return 0;
  std::cerr << "bench: " << status.message() << std::endl;
  return 1;
}
