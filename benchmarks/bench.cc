// Measures gathers through every door against a hand-written fan-out, in one interleaved run.
//
//   bench --echo_backend=PATH --door_runner=PATH [--gatherd=PATH]
//   [--doors=raw,paced,gatherd,embedded]
//         [--pairs=N] [--quick] [--everything_on] [--json=FILE]
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
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/substitute.h"
#include "absl/time/time.h"
#include "benchmarks/child_process.h"
#include "benchmarks/measurement.h"
#include "benchmarks/programs.h"
#include "benchmarks/report.h"

ABSL_FLAG(std::string, echo_backend, "", "Path of the echo backend.");
ABSL_FLAG(std::string, door_runner, "", "Path of the program that runs gathers through a door.");
ABSL_FLAG(std::string, gatherd, "", "Path of the server; needed for the door gatherd.");
ABSL_FLAG(std::vector<std::string>, doors,
          (std::vector<std::string>{"raw", "paced", "gatherd", "embedded"}), "Doors to measure.");
ABSL_FLAG(int, pairs, 7, "Pairs for each shape.");
ABSL_FLAG(bool, quick, false, "Three short pairs for each shape: a smoke test, not a measurement.");
ABSL_FLAG(bool, everything_on, false,
          "gatherd with access rules, quotas, permits, bounds, audit log and spans.");
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

// Every sub-call may go; nothing is counted but the metrics.
constexpr absl::string_view kPlain = R"({
  "targets": [{"name": "echo", "address": "$0", "load_balancing": "LOAD_BALANCING_PICK_FIRST",
               "max_connections": 1}],
  "limits": {"max_calls": 200000, "max_concurrency": 200000},
  "allow": [{"principals": ["*"], "targets": ["*"]}]})";

// Every kind of check and limit there is, so large that none of them holds anything back.
constexpr absl::string_view kEverythingOn = R"({
  "targets": [{"name": "echo", "address": "$0", "load_balancing": "LOAD_BALANCING_PICK_FIRST",
               "max_connections": 1, "methods": ["/gather.benchmarks.v1.EchoService/*"],
               "response_metadata": ["x-version"], "default_timeout": "20s", "max_timeout": "25s",
               "limits": {"max_in_flight": 200000}, "forward_principal": true}],
  "authentication": {"anonymous_principal": "web"},
  "principals": [{"name": "web", "weight": 2,
                  "limits": {"sub_calls_per_second": 1e9, "max_open_groups": 10}}],
  "allow": [{"principals": ["web"], "targets": ["echo"],
             "methods": ["/gather.benchmarks.v1.EchoService/Echo"]}],
  "limits": {"max_calls": 200000, "max_concurrency": 200000, "max_gathers": 1000,
             "max_sub_calls": 1000000, "max_memory_bytes": 16000000000,
             "max_buffered_bytes": 16000000000, "max_buffered_bytes_per_gather": 8000000000},
  "admin": {"address": "127.0.0.1:0"},
  "logging": {"audit": true, "spans": true}})";

absl::StatusOr<std::string> StartGatherd(const std::string& backend, Processes* processes) {
  const bool everything_on = absl::GetFlag(FLAGS_everything_on);
  absl::StatusOr<Program> gatherd =
      StartGatherd(absl::GetFlag(FLAGS_gatherd),
                   absl::Substitute(everything_on ? kEverythingOn : kPlain, backend),
                   everything_on ? GatherdLog::kDropped : GatherdLog::kShown);
  if (!gatherd.ok()) return gatherd.status();
  processes->gatherd = std::move(gatherd->process);
  return gatherd->address;
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
