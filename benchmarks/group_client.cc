// A client with many calls in flight, or with many over time: one process of a measurement.
//
//   group_client --door=raw|gatherd|embedded --backend=ADDRESS [--gatherd=ADDRESS]
//
// It prints `ready`, then takes lines:
//   hold N    starts N calls that last; by hand (raw) or as one task group
//   cancel    cancels each of them (raw only), awaits them all and prints `cancelled`
//   add N     adds N quick sub-calls to one task group, at most 256 of them unended; prints how
//   many
//             have ended at each tenth, then `done`, or `failed` and why
// It ends with its input.

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <semaphore>
#include <sstream>
#include <string>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/status/statusor.h"
#include "benchmarks/echo.pb.h"
#include "benchmarks/held_by_hand.h"
#include "gather/gather.h"

ABSL_FLAG(std::string, door, "raw", "Which door: raw, gatherd or embedded.");
ABSL_FLAG(std::string, backend, "", "Address of the backend.");
ABSL_FLAG(std::string, gatherd, "", "Address of the server, for the door gatherd.");

namespace gather::benchmarks {
namespace {

constexpr char kHold[] = "/gather.benchmarks.v1.HoldService/Hold";
constexpr char kAnswer[] = "/gather.benchmarks.v1.HoldService/Answer";

Options GroupOptions() {
  Options options;
  options.max_concurrency = 200'000;
  return options;
}

Call<v1::EchoResponse> MakeCall(const char* method) {
  return Call<v1::EchoResponse>("backend", method, v1::EchoRequest());
}

// The last sub-call's outcome is awaited by the group; each one's is only counted.
void AddMany(const Client& client, int64_t count) {
  constexpr int kUnended = 256;
  std::counting_semaphore<kUnended> free(kUnended);
  std::atomic<int64_t> ended = 0;
  TaskGroup group(client, GroupOptions());
  for (int64_t i = 0; i < count; ++i) {
    free.acquire();
    group.Spawn(MakeCall(kAnswer)).Then([&](const Outcome<v1::EchoResponse>&) {
      if (++ended % (count / 10) == 0) std::cout << ended << std::endl;
      free.release();
    });
  }
  const absl::Status status = group.Wait();
  if (status.ok() && ended == count) {
    std::cout << "done" << std::endl;
  } else {
    std::cout << "failed: " << status << ", " << ended << " ended" << std::endl;
  }
}

absl::StatusOr<Client> MakeClient() {
  if (absl::GetFlag(FLAGS_door) == "gatherd") return Client::Connect(absl::GetFlag(FLAGS_gatherd));
  EmbeddedOptions options;
  options.targets = {{"backend", absl::GetFlag(FLAGS_backend)}};
  options.max_calls = options.max_concurrency = 200'000;
  return Client::Embedded(options);
}

int RunByHand() {
  HeldByHand calls(absl::GetFlag(FLAGS_backend));
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    std::string command;
    int64_t count = 0;
    std::istringstream(line) >> command >> count;
    if (command == "hold") calls.Start(static_cast<int>(count));
    if (command != "cancel") continue;
    calls.CancelAll();
    std::cout << "cancelled" << std::endl;
  }
  calls.CancelAll();
  return 0;
}

int RunGroups() {
  absl::StatusOr<Client> client = MakeClient();
  if (!client.ok()) {
    std::cerr << "group_client: " << client.status() << std::endl;
    return 2;
  }
  std::optional<TaskGroup> group;
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    std::string command;
    int64_t count = 0;
    std::istringstream(line) >> command >> count;
    if (command == "add") AddMany(*client, count);
    if (command != "hold") continue;
    group.emplace(*client, GroupOptions());
    for (int64_t i = 0; i < count; ++i) group->Spawn(MakeCall(kHold));
  }
  return 0;
}

}  // namespace
}  // namespace gather::benchmarks

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  return absl::GetFlag(FLAGS_door) == "raw" ? gather::benchmarks::RunByHand()
                                            : gather::benchmarks::RunGroups();
}
