#include "benchmarks/bench_processes.h"

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/substitute.h"
#include "absl/time/time.h"
#include "benchmarks/child_process.h"
#include "benchmarks/programs.h"

namespace gather::benchmarks {
namespace {

// Every sub-call may go; nothing is counted but the metrics. $0 is the backend's address, $1
// another target or nothing, $2 a rule for it.
constexpr absl::string_view kPlain = R"({
  "targets": [{"name": "echo", "address": "$0", "load_balancing": "LOAD_BALANCING_PICK_FIRST",
               "max_connections": 4, "streams_per_connection": 200000}$1],
  "limits": {"max_calls": 200000, "max_concurrency": 200000},
  "allow": [{"principals": ["*"], "targets": ["echo"]}$2]})";

// Every kind of check and limit there is, so large that none of them holds anything back.
constexpr absl::string_view kEverythingOn = R"({
  "targets": [{"name": "echo", "address": "$0", "load_balancing": "LOAD_BALANCING_PICK_FIRST",
               "max_connections": 4, "streams_per_connection": 200000, "methods": ["/gather.benchmarks.v1.EchoService/*"],
               "response_metadata": ["x-version"], "default_timeout": "20s", "max_timeout": "25s",
               "limits": {"max_in_flight": 200000}, "forward_principal": true}$1],
  "authentication": {"anonymous_principal": "web"},
  "principals": [{"name": "web", "weight": 2,
                  "limits": {"sub_calls_per_second": 1e9, "max_open_groups": 10}}],
  "allow": [{"principals": ["web"], "targets": ["echo"],
             "methods": ["/gather.benchmarks.v1.EchoService/Echo",
                         "/gather.benchmarks.v1.EchoService/EchoSlowly"]}$2],
  "limits": {"max_calls": 200000, "max_concurrency": 200000, "max_gathers": 1000,
             "max_sub_calls": 1000000, "max_memory_bytes": 16000000000,
             "max_buffered_bytes": 16000000000, "max_buffered_bytes_per_gather": 8000000000},
  "admin": {"address": "127.0.0.1:0"},
  "logging": {"audit": true, "spans": true}})";

constexpr absl::string_view kInnerTarget = R"(,
              {"name": "inner", "address": "$0", "load_balancing": "LOAD_BALANCING_PICK_FIRST",
               "max_connections": 4, "streams_per_connection": 200000})";
constexpr absl::string_view kInnerRule = R"(, {"principals": ["*"], "targets": ["inner"]})";

// Where doors call.
struct Addresses {
  std::string backend;
  std::string gatherd;
  std::string hand_middle;
  std::string embedded_middle;
};

// `inner` is the address of the gatherd that it knows as a target; empty: of none.
absl::StatusOr<std::string> AddGatherd(const Programs& programs, const std::string& backend,
                                       const std::string& inner, bool everything_on,
                                       Processes* processes) {
  absl::StatusOr<Program> gatherd =
      StartGatherd(programs.gatherd,
                   absl::Substitute(everything_on ? kEverythingOn : kPlain, backend,
                                    inner.empty() ? "" : absl::Substitute(kInnerTarget, inner),
                                    inner.empty() ? "" : kInnerRule),
                   everything_on ? GatherdLog::kDropped : GatherdLog::kShown);
  if (!gatherd.ok()) return gatherd.status();
  processes->gatherds.push_back({std::move(gatherd->process)});
  return gatherd->address;
}

// Starts the server that clients call and, for two levels, the one that it calls itself.
absl::StatusOr<std::string> AddGatherds(const Programs& programs, const std::string& backend,
                                        const Setup& setup, Processes* processes) {
  std::string inner;
  if (setup.two_levels) {
    auto address = AddGatherd(programs, backend, "", setup.everything_on, processes);
    if (!address.ok()) return address;
    inner = *address;
  }
  return AddGatherd(programs, backend, inner, setup.everything_on, processes);
}

absl::StatusOr<std::string> AddMiddle(const Programs& programs, const std::string& backend,
                                      const std::string& means, Processes* processes) {
  auto middle = ChildProcess::Start(
      {programs.middle, absl::StrCat("--backend=", backend), absl::StrCat("--means=", means)},
      ChildProcess::Output::kStandardOutput);
  if (!middle.ok()) return middle.status();
  processes->middles.push_back(*std::move(middle));
  return processes->middles.back()->ReadLine();
}

absl::StatusOr<Addresses> StartServers(const Programs& programs, const Setup& setup,
                                       Processes* processes) {
  absl::StatusOr<Program> backend = StartEchoBackend(programs.echo_backend, absl::ZeroDuration());
  if (!backend.ok()) return backend.status();
  processes->backend = std::move(backend->process);
  Addresses addresses;
  addresses.backend = backend->address;
  auto gatherd = AddGatherds(programs, backend->address, setup, processes);
  if (!gatherd.ok()) return gatherd.status();
  addresses.gatherd = *std::move(gatherd);
  if (!setup.two_levels) return addresses;
  auto hand = AddMiddle(programs, backend->address, "hand", processes);
  if (!hand.ok()) return hand.status();
  addresses.hand_middle = *std::move(hand);
  auto embedded = AddMiddle(programs, backend->address, "embedded", processes);
  if (!embedded.ok()) return embedded.status();
  addresses.embedded_middle = *std::move(embedded);
  return addresses;
}

absl::Status StartDoor(const Programs& programs, const DoorKind& door, const Addresses& addresses,
                       Processes* processes) {
  std::vector<std::string> command = {
      programs.clients.at(door.language), absl::StrCat("--door=", door.name),
      absl::StrCat("--backend=", addresses.backend), absl::StrCat("--gatherd=", addresses.gatherd)};
  if (door.language == Language::kCpp) {
    command.push_back(absl::StrCat(
        "--middle=", door.name == "embedded" ? addresses.embedded_middle : addresses.hand_middle));
  }
  auto client = ChildProcess::Start(command, ChildProcess::Output::kStandardOutput);
  if (!client.ok()) return client.status();
  absl::StatusOr<std::string> ready = (*client)->ReadLine();
  processes->doors[door.name] = {*std::move(client)};
  if (!ready.ok()) return ready.status();
  return WarmUp(*processes, door.name);
}

void RememberIdle(Watched* watched) {
  watched->idle_kilobytes = watched->process->ResidentKilobytes();
}

}  // namespace

absl::StatusOr<Processes> StartAll(const Programs& programs, const std::vector<DoorKind>& doors,
                                   const Setup& setup) {
  Processes processes;
  absl::StatusOr<Addresses> addresses = StartServers(programs, setup, &processes);
  if (!addresses.ok()) return addresses.status();
  for (const DoorKind& door : doors) {
    absl::Status started = StartDoor(programs, door, *addresses, &processes);
    if (!started.ok()) return started;
  }
  for (Watched& gatherd : processes.gatherds) RememberIdle(&gatherd);
  for (auto& [name, client] : processes.doors) RememberIdle(&client);
  return processes;
}

}  // namespace gather::benchmarks
