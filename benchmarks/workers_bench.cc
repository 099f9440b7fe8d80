// Measures what more workers and the other polling engine bring: gatherd with 1, 2 and 4 workers,
// each with gRPC's engines epoll1 and poll, and with 1 to 1,000 client connections.
//
//   workers_bench --scale_client=PATH --echo_backend=PATH --gatherd=PATH [--quick] [--rounds=N]
//                 [--workers=N,...] [--backend_workers=N] [--json=FILE]
//
// Exit status 0 if everything was measured and no call failed, whatever the figures; else 1. See
// README.md beside this file.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "benchmarks/programs.h"
#include "benchmarks/scale_case.h"
#include "benchmarks/scale_processes.h"
#include "benchmarks/scale_report.h"

ABSL_FLAG(std::string, scale_client, "", "Path of the client that has much.");
ABSL_FLAG(std::string, echo_backend, "", "Path of the backend that answers.");
ABSL_FLAG(std::string, gatherd, "", "Path of the server.");
ABSL_FLAG(bool, quick, false, "One short round: does it run at all.");
ABSL_FLAG(int, rounds, 5, "Rounds of each measurement.");
ABSL_FLAG(std::vector<std::string>, workers, std::vector<std::string>({"1", "2", "4"}),
          "Numbers of workers; the others are compared with the first.");
ABSL_FLAG(int, backend_workers, 1, "Threads of the backend.");
ABSL_FLAG(std::string, json, "default",
          "Where the report goes; empty: nowhere. Default: benchmarks/results/workers.json, and "
          "nowhere of a quick run.");

namespace gather::benchmarks {
namespace {

// A gatherd, and a client process that has connections to it alone.
struct Server {
  std::string name;
  Program gatherd;
  std::unique_ptr<ClientProcess> client;
  std::vector<double> ratios;
};

absl::StatusOr<Server> StartServer(const ScalePrograms& programs, const std::string& backend,
                                   const std::string& workers, const std::string& engine) {
  auto gatherd = StartScaleGatherd(programs.gatherd, NumberedTargets(backend), std::stoi(workers),
                                   {absl::StrCat("GRPC_POLL_STRATEGY=", engine)});
  if (!gatherd.ok()) return gatherd.status();
  auto client = StartScaleClient(programs, "gatherd", backend, gatherd->address);
  if (!client.ok()) return client.status();
  return Server{absl::StrCat(workers, " ", engine), *std::move(gatherd), *std::move(client), {}};
}

absl::Status MeasureShape(const ScaleSettings& settings, std::int64_t calls,
                          std::int64_t connections, ChildProcess* backend,
                          std::vector<Server>* servers, ScaleReport* report) {
  // Enough on one connection that a worker need not wait for its client.
  const std::int64_t at_once = std::max<std::int64_t>(connections, 8);
  const std::int64_t gathers = std::max(2 * at_once, GathersFor(settings, 16'000, calls));
  std::vector<ScaleCase> cases;
  for (Server& server : *servers) {
    cases.push_back(
        {.what = absl::StrCat("gathers of ", calls),
         .x = connections,
         .door = server.name,
         .client = server.client.get(),
         .gatherd = server.gatherd.process.get(),
         .backend = backend,
         .line = absl::StrCat("run ", connections, " ", at_once, " ", calls, " 1 ", gathers),
         .sub_calls = calls * gathers,
         .base = 0});
  }
  const auto lines = MeasureCases(cases, settings.rounds, report);
  if (!lines.ok()) return lines.status();
  for (std::size_t i = 0; i < lines->size(); ++i) {
    (*servers)[i].ratios.push_back(*(*lines)[i].ratio);
  }
  return absl::OkStatus();
}

absl::Status Measure(const ScaleSettings& settings, ScaleReport* report) {
  auto backend = StartBackend({settings.programs.echo_backend,
                               absl::StrCat("--workers=", absl::GetFlag(FLAGS_backend_workers))});
  if (!backend.ok()) return backend.status();
  std::vector<Server> servers;
  for (const char* const engine : {"epoll1", "poll"}) {
    for (const std::string& workers : absl::GetFlag(FLAGS_workers)) {
      auto server = StartServer(settings.programs, backend->address, workers, engine);
      if (!server.ok()) return server.status();
      servers.push_back(*std::move(server));
    }
  }
  report->Begin("x client connections, door: workers and polling engine; ratio: to the first");
  for (const std::int64_t calls : {10, 100}) {
    for (const std::int64_t connections : Steps(settings, {1, 4, 64, 1'000})) {
      absl::Status measured =
          MeasureShape(settings, calls, connections, backend->process.get(), &servers, report);
      if (!measured.ok()) return measured;
    }
  }
  std::printf("\nrate against %s, over all shapes: least and greatest\n",
              servers.front().name.c_str());
  for (const Server& server : servers) {
    const auto [least, greatest] = std::minmax_element(server.ratios.begin(), server.ratios.end());
    std::printf("%-10s %.2f %.2f\n", server.name.c_str(), *least, *greatest);
  }
  return absl::OkStatus();
}

std::string ReportFile() {
  if (absl::GetFlag(FLAGS_json) != "default") return absl::GetFlag(FLAGS_json);
  return absl::GetFlag(FLAGS_quick) ? "" : "benchmarks/results/workers.json";
}

int Main() {
  RaiseFileLimit();
  ScaleSettings settings;
  settings.programs.scale_client = absl::GetFlag(FLAGS_scale_client);
  settings.programs.echo_backend = absl::GetFlag(FLAGS_echo_backend);
  settings.programs.gatherd = absl::GetFlag(FLAGS_gatherd);
  settings.quick = absl::GetFlag(FLAGS_quick);
  settings.rounds = settings.quick ? 1 : absl::GetFlag(FLAGS_rounds);
  ScaleReport report;
  if (absl::Status measured = Measure(settings, &report); !measured.ok()) {
    std::cerr << "workers_bench: " << measured.message() << std::endl;
    return 1;
  }
  if (!report.Save(ReportFile())) {
    std::cerr << "workers_bench: the report cannot be written" << std::endl;
    return 1;
  }
  return report.errors() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace gather::benchmarks

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  return gather::benchmarks::Main();
}
