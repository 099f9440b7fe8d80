// Measures how cost grows: many sub-calls in a gather, in flight and queued; many gathers,
// connections and targets; a backend of few streams; many that are cancelled at once.
//
//   scale_bench --door_runner=PATH --scale_client=PATH --echo_backend=PATH --hold_backend=PATH
//               --gatherd=PATH [--quick] [--rounds=N] [--only=PART,...] [--json=FILE]
//
// Exit status 0 if everything was measured and no call failed, whatever the figures; else 1; 2 for
// wrong flags. See README.md beside this file.

#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/status/status.h"
#include "benchmarks/scale_held.h"
#include "benchmarks/scale_load.h"
#include "benchmarks/scale_processes.h"
#include "benchmarks/scale_report.h"
#include "benchmarks/scale_spread.h"
#include "benchmarks/scale_streams.h"

ABSL_FLAG(std::string, door_runner, "", "Path of the client of one door.");
ABSL_FLAG(std::string, scale_client, "", "Path of the client that has much.");
ABSL_FLAG(std::string, echo_backend, "", "Path of the backend that answers.");
ABSL_FLAG(std::string, hold_backend, "", "Path of the backend whose calls last.");
ABSL_FLAG(std::string, gatherd, "", "Path of the server.");
ABSL_FLAG(bool, quick, false, "One round of less: does it run at all.");
ABSL_FLAG(int, rounds, 5, "Rounds of each measurement.");
ABSL_FLAG(std::vector<std::string>, only, {},
          "What to measure: size, gathers, connections, targets, streams, held, cancel. Default: "
          "all.");
ABSL_FLAG(
    std::string, json, "default",
    "Where the report goes; empty: nowhere. Default: benchmarks/results/scale.json of a whole "
    "run, and nowhere of another.");

namespace gather::benchmarks {
namespace {

using Part = std::pair<const char*, absl::Status (*)(const ScaleSettings&, ScaleReport*)>;

constexpr Part kParts[] = {
    {"size", &MeasureGatherSize},         {"gathers", &MeasureGathersAtOnce},
    {"connections", &MeasureConnections}, {"targets", &MeasureTargets},
    {"streams", &MeasureStreams},         {"held", &MeasureInFlight},
    {"cancel", &MeasureCancel},
};

ScaleSettings Settings() {
  const bool quick = absl::GetFlag(FLAGS_quick);
  return {.programs = {.door_runner = absl::GetFlag(FLAGS_door_runner),
                       .scale_client = absl::GetFlag(FLAGS_scale_client),
                       .echo_backend = absl::GetFlag(FLAGS_echo_backend),
                       .hold_backend = absl::GetFlag(FLAGS_hold_backend),
                       .gatherd = absl::GetFlag(FLAGS_gatherd)},
          .rounds = quick ? 1 : absl::GetFlag(FLAGS_rounds),
          .quick = quick};
}

std::string ReportFile() {
  if (absl::GetFlag(FLAGS_json) != "default") return absl::GetFlag(FLAGS_json);
  const bool whole = !absl::GetFlag(FLAGS_quick) && absl::GetFlag(FLAGS_only).empty();
  return whole ? "benchmarks/results/scale.json" : "";
}

int Main() {
  if (!RaiseFileLimit()) {
    std::cerr << "scale_bench: ulimit -Hn is below 4096; with 1,000 connections and 200 targets "
                 "files may run out"
              << std::endl;
  }
  ScaleReport report;
  const std::vector<std::string> only = absl::GetFlag(FLAGS_only);
  for (const auto& [name, measure] : kParts) {
    if (!only.empty() && !absl::c_linear_search(only, name)) continue;
    if (absl::Status measured = measure(Settings(), &report); !measured.ok()) {
      std::cerr << "scale_bench: " << name << ": " << measured.message() << std::endl;
      return 1;
    }
  }
  if (!report.Save(ReportFile())) {
    std::cerr << "scale_bench: the report cannot be written" << std::endl;
    return 1;
  }
  if (report.errors() == 0) return 0;
  std::cerr << "scale_bench: " << report.errors() << " calls failed" << std::endl;
  return 1;
}

}  // namespace
}  // namespace gather::benchmarks

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  return gather::benchmarks::Main();
}
