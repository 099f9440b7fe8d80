// Measures gathers through every door against a hand-written fan-out, in one interleaved run.
//
//   bench --echo_backend=PATH --door_runner=PATH [--gatherd=PATH]
//   [--doors=raw,paced,gatherd,embedded]
//         [--pairs=N] [--quick] [--json=FILE]
//
// Exit status 0 if no sub-call failed, whether or not the targets are met; 1 if one did or a
// process died; 2 for wrong flags. See README.md beside this file.

#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "benchmarks/child_process.h"
#include "benchmarks/measurement.h"
#include "benchmarks/report.h"

ABSL_FLAG(std::string, echo_backend, "", "Path of the echo backend.");
ABSL_FLAG(std::string, door_runner, "", "Path of the program that runs gathers through a door.");
ABSL_FLAG(std::string, gatherd, "", "Path of the server; needed for the door gatherd.");
ABSL_FLAG(std::vector<std::string>, doors,
          (std::vector<std::string>{"raw", "paced", "gatherd", "embedded"}), "Doors to measure.");
ABSL_FLAG(int, pairs, 7, "Pairs for each shape.");
ABSL_FLAG(bool, quick, false, "Three short pairs for each shape: a smoke test, not a measurement.");
ABSL_FLAG(std::string, json, "", "File to write the report to, for programs.");

namespace gather::benchmarks {
namespace {

std::vector<NamedShape> Shapes() {
  return {
      {"1", {.calls = 1}},
      {"10", {.calls = 10}},
      {"100", {.calls = 100}},
      {"1000", {.calls = 1000}},
      {"10000", {.calls = 10000}},
      {"10, 64 at once", {.calls = 10, .at_once = 64}},
      {"100, 10 KiB", {.calls = 100, .payload_bytes = 10240}},
  };
}

absl::StatusOr<std::string> StartBackend(Processes* processes) {
  auto backend = ChildProcess::Start({absl::GetFlag(FLAGS_echo_backend)},
                                     ChildProcess::Output::kStandardOutput);
  if (!backend.ok()) return backend.status();
  processes->backend = *std::move(backend);
  return processes->backend->ReadLine();
}

absl::StatusOr<std::string> StartGatherd(const std::string& backend, Processes* processes) {
  auto gatherd = ChildProcess::Start(
      {absl::GetFlag(FLAGS_gatherd), "--listen=127.0.0.1:0",
       absl::StrCat("--targets=echo=", backend), "--max_calls=200000", "--max_concurrency=200000"},
      ChildProcess::Output::kStandardError);
  if (!gatherd.ok()) return gatherd.status();
  processes->gatherd = *std::move(gatherd);
  absl::StatusOr<std::string> line = processes->gatherd->ReadLine();
  if (!line.ok()) return line.status();
  const std::string ready = "gatherd: serving on ";
  if (!absl::StartsWith(*line, ready)) return absl::InternalError(*line);
  processes->gatherd->ForwardOutput();
  return line->substr(ready.size());
}

absl::Status StartDoor(const std::string& door, const std::string& backend,
                       const std::string& gatherd, Processes* processes) {
  auto client = ChildProcess::Start(
      {absl::GetFlag(FLAGS_door_runner), absl::StrCat("--door=", door),
       absl::StrCat("--backend=", backend), absl::StrCat("--gatherd=", gatherd)},
      ChildProcess::Output::kStandardOutput);
  if (!client.ok()) return client.status();
  absl::StatusOr<std::string> ready = (*client)->ReadLine();
  processes->doors[door] = *std::move(client);
  return ready.status();
}

absl::StatusOr<Processes> StartAll(const std::vector<std::string>& doors) {
  Processes processes;
  absl::StatusOr<std::string> backend = StartBackend(&processes);
  if (!backend.ok()) return backend.status();
  std::string gatherd;
  if (!absl::GetFlag(FLAGS_gatherd).empty()) {
    absl::StatusOr<std::string> address = StartGatherd(*backend, &processes);
    if (!address.ok()) return address.status();
    gatherd = *address;
  }
  for (const std::string& door : doors) {
    absl::Status started = StartDoor(door, *backend, gatherd, &processes);
    if (!started.ok()) return started;
  }
  return processes;
}

absl::Status Report(const std::vector<Line>& lines, const Effort& effort) {
  std::cout << '\n';
  for (const Target& target : Targets()) std::cout << Judge(target, lines) << '\n';
  if (absl::GetFlag(FLAGS_quick)) std::cout << "(a quick run: too short to judge by)\n";
  if (const std::string path = absl::GetFlag(FLAGS_json); !path.empty()) {
    std::ofstream file(path);
    file << ToJson(lines, effort);
    if (!file.flush()) return absl::UnknownError(absl::StrCat("cannot write ", path));
  }
  int64_t errors = 0;
  for (const Line& line : lines) errors += line.errors;
  if (errors > 0) return absl::UnknownError(absl::StrCat(errors, " sub-calls failed"));
  return absl::OkStatus();
}

absl::Status Run() {
  const std::vector<std::string> doors = absl::GetFlag(FLAGS_doors);
  Effort effort{.pairs = absl::GetFlag(FLAGS_pairs)};
  if (absl::GetFlag(FLAGS_quick)) {
    effort = {.pairs = 3, .sample = absl::Milliseconds(50), .gathers = 1};
  }
  absl::StatusOr<Processes> processes = StartAll(doors);
  if (!processes.ok()) return processes.status();
  std::cout << TableHeader() << std::endl;
  std::vector<Line> lines;
  for (const NamedShape& shape : Shapes()) {
    absl::StatusOr<std::vector<Pair>> pairs = TakePairs(*processes, doors, shape.shape, effort);
    if (!pairs.ok()) return pairs.status();
    for (Line& line : Summarize(shape, doors, *pairs)) {
      std::cout << TableLine(line) << std::endl;
      lines.push_back(std::move(line));
    }
  }
  return Report(lines, effort);
}

}  // namespace
}  // namespace gather::benchmarks

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  const absl::Status status = gather::benchmarks::Run();
  if (status.ok()) return 0;
  std::cerr << "bench: " << status.message() << std::endl;
  return 1;
}
