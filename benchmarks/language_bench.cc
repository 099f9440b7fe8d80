// Measures what gathers through gatherd save a client in another language, against the fan-out that
// people write in it, in one interleaved run.
//
//   language_bench --echo_backend=PATH --gatherd=PATH --client=PROGRAM,ARGUMENT,…
//                  --max_wall=RATIO --max_cpu=RATIO [--pairs=N] [--quick]
//
// The client program is started twice, with --door=direct and --door=gatherd; it speaks the lines
// of door_runner. Exit status 0 if no sub-call failed and both ratios are met at 1,000 calls; 1
// otherwise. See README.md beside this file.

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "benchmarks/child_process.h"
#include "benchmarks/measurement.h"
#include "benchmarks/programs.h"

ABSL_FLAG(std::string, echo_backend, "", "Path of the echo backend.");
ABSL_FLAG(std::string, gatherd, "", "Path of the server.");
ABSL_FLAG(std::vector<std::string>, client, {}, "The client program and its first arguments.");
ABSL_FLAG(double, max_wall, 0, "What a gather of 1,000 may take of the direct one's time.");
ABSL_FLAG(double, max_cpu, 0, "And of the client's CPU time.");
ABSL_FLAG(int, pairs, 9, "Pairs for each shape.");
ABSL_FLAG(bool, quick, false, "Three short pairs for each shape: a smoke test, not a measurement.");

namespace gather::benchmarks {
namespace {

constexpr char kDirect[] = "direct";
constexpr char kGatherd[] = "gatherd";
constexpr int kJudged = 1000;

struct Ratios {
  double wall = 0;  // medians over the pairs
  double cpu = 0;
  int64_t errors = 0;
};

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

double PerGather(const Sample& sample, absl::Duration time) {
  return absl::ToDoubleMilliseconds(time) / static_cast<double>(sample.gathers);
}

absl::StatusOr<std::unique_ptr<ChildProcess>> StartClient(const std::string& door,
                                                          const std::string& backend,
                                                          const std::string& gatherd) {
  std::vector<std::string> command = absl::GetFlag(FLAGS_client);
  command.push_back(absl::StrCat("--door=", door));
  command.push_back(absl::StrCat("--backend=", backend));
  command.push_back(absl::StrCat("--gatherd=", gatherd));
  auto client = ChildProcess::Start(command, ChildProcess::Output::kStandardOutput);
  if (!client.ok()) return client.status();
  if (absl::StatusOr<std::string> ready = (*client)->ReadLine(); !ready.ok()) return ready.status();
  return client;
}

absl::StatusOr<Processes> StartAll() {
  auto backend = StartEchoBackend(absl::GetFlag(FLAGS_echo_backend), absl::ZeroDuration());
  if (!backend.ok()) return backend.status();
  const std::string configuration =
      absl::StrCat(R"({"targets": [{"name": "echo", "address": ")", backend->address,
                   R"("}], "allow": [{"principals": ["*"], "targets": ["*"]}]})");
  auto gatherd = StartGatherd(absl::GetFlag(FLAGS_gatherd), configuration);
  if (!gatherd.ok()) return gatherd.status();
  Processes processes;
  for (const char* door : {kDirect, kGatherd}) {
    auto client = StartClient(door, backend->address, gatherd->address);
    if (!client.ok()) return client.status();
    processes.doors[door] = *std::move(client);
  }
  processes.backend = std::move(backend->process);
  processes.gatherd = std::move(gatherd->process);
  return processes;
}

// Takes the pairs of one shape, and prints a line.
absl::StatusOr<Ratios> Measure(const Processes& processes, int calls, const Effort& effort) {
  auto pairs = TakePairs(processes, {kDirect, kGatherd}, {.calls = calls}, effort);
  if (!pairs.ok()) return pairs.status();
  std::vector<double> walls, cpus, direct_ms, gatherd_ms, direct_cpu, gatherd_cpu;
  Ratios ratios;
  for (const Pair& pair : *pairs) {
    const Sample& direct = pair.at(kDirect);
    const Sample& through = pair.at(kGatherd);
    direct_ms.push_back(PerGather(direct, direct.wall));
    gatherd_ms.push_back(PerGather(through, through.wall));
    direct_cpu.push_back(PerGather(direct, direct.client_cpu));
    gatherd_cpu.push_back(PerGather(through, through.client_cpu));
    walls.push_back(gatherd_ms.back() / direct_ms.back());
    cpus.push_back(gatherd_cpu.back() / direct_cpu.back());
    ratios.errors += direct.errors + through.errors;
  }
  ratios.wall = Median(walls);
  ratios.cpu = Median(cpus);
  std::printf("%-10d %10.2f %10.2f %10.3f %12.2f %10.2f %10.3f%s\n", calls, Median(direct_ms),
              Median(gatherd_ms), ratios.wall, Median(direct_cpu), Median(gatherd_cpu), ratios.cpu,
              ratios.errors == 0 ? "" : "  with errors");
  std::fflush(stdout);
  return ratios;
}

bool Promise(const std::string& what, bool seen) {
  std::cout << (seen ? "met      " : "NOT MET  ") << what << std::endl;
  return seen;
}

absl::StatusOr<bool> Run() {
  Effort effort{.pairs = absl::GetFlag(FLAGS_pairs)};
  if (absl::GetFlag(FLAGS_quick)) {
    effort = {.pairs = 3, .sample = absl::Milliseconds(50), .gathers = 1};
  }
  absl::StatusOr<Processes> processes = StartAll();
  if (!processes.ok()) return processes.status();
  std::printf("%-10s %32s %34s\n%-10s %10s %10s %10s %12s %10s %10s\n", "", "ms for one gather",
              "the client's CPU, ms", "gather of", kDirect, kGatherd, "ratio", kDirect, kGatherd,
              "ratio");
  Ratios judged;
  int64_t errors = 0;
  for (const int calls : {10, 100, kJudged, 10'000}) {
    const absl::StatusOr<Ratios> ratios = Measure(*processes, calls, effort);
    if (!ratios.ok()) return ratios.status();
    errors += ratios->errors;
    if (calls == kJudged) judged = *ratios;
  }
  const double max_wall = absl::GetFlag(FLAGS_max_wall);
  const double max_cpu = absl::GetFlag(FLAGS_max_cpu);
  bool met = Promise(absl::StrCat("1,000 calls: at most ", max_wall, " of the direct time"),
                     judged.wall <= max_wall);
  met &= Promise(absl::StrCat("1,000 calls: at most ", max_cpu, " of the client's CPU time"),
                 judged.cpu <= max_cpu);
  return Promise("no sub-call failed", errors == 0) && met;
}

}  // namespace
}  // namespace gather::benchmarks

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  const absl::StatusOr<bool> met = gather::benchmarks::Run();
  if (met.ok()) return *met ? 0 : 1;
  std::cerr << "language_bench: " << met.status().message() << std::endl;
  return 1;
}
