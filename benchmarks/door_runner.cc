// Runs gathers through one door, as told on standard input: the client process of a measurement.
//
//   door_runner --door=raw|paced|gatherd|embedded --backend=ADDRESS [--gatherd=ADDRESS]
//
// It prints `ready`; then, for each line `CALLS AT_ONCE PAYLOAD_BYTES GATHERS`, it runs that many
// gathers and prints `ERRORS WALL_NS P50_NS`, P50_NS being the median duration of one gather, or 0
// if several ran at once. The first error of a run goes to standard error. It ends with its input.

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/status/statusor.h"
#include "benchmarks/door.h"
#include "benchmarks/fan_out.h"
#include "benchmarks/gatherd_door.h"
#include "benchmarks/sdk_door.h"
#include "gather/gather.h"

ABSL_FLAG(std::string, door, "raw", "Which door: raw, paced, gatherd or embedded.");
ABSL_FLAG(std::string, backend, "", "Address of the echo backend.");
ABSL_FLAG(std::string, gatherd, "", "Address of the server, for the door gatherd.");

namespace gather::benchmarks {
namespace {

using Clock = std::chrono::steady_clock;

std::unique_ptr<Door> MakeEmbedded(const std::string& backend) {
  EmbeddedOptions options;
  options.targets = {{"echo", backend}};
  options.max_calls = options.max_concurrency = 200'000;
  absl::StatusOr<Client> client = Client::Embedded(options);
  if (client.ok()) return std::make_unique<SdkDoor>(*std::move(client));
  std::fprintf(stderr, "door_runner: %s\n", client.status().ToString().c_str());
  return nullptr;
}

std::unique_ptr<Door> MakeDoor() {
  const std::string name = absl::GetFlag(FLAGS_door);
  const std::string backend = absl::GetFlag(FLAGS_backend);
  if (name == "raw") return std::make_unique<FanOut>(backend, FanOut::Launch::kAll);
  if (name == "paced") return std::make_unique<FanOut>(backend, FanOut::Launch::kPaced);
  if (name == "gatherd") return std::make_unique<GatherdDoor>(absl::GetFlag(FLAGS_gatherd));
  if (name == "embedded") return MakeEmbedded(backend);
  std::fprintf(stderr, "door_runner: no door \"%s\"\n", name.c_str());
  return nullptr;
}

int64_t NanosecondsSince(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count();
}

struct Durations {
  int64_t wall = 0;
  int64_t p50 = 0;
};

// Gathers one after the other, each timed.
Durations RunEach(Door* door, const Shape& shape, int64_t gathers, Errors* errors) {
  std::vector<int64_t> each(gathers);
  const Clock::time_point start = Clock::now();
  for (int64_t& duration : each) {
    const Clock::time_point begin = Clock::now();
    Errors run = door->Run(shape, 1);
    duration = NanosecondsSince(begin);
    errors->Add(std::move(run));
  }
  Durations durations{.wall = NanosecondsSince(start)};
  std::nth_element(each.begin(), each.begin() + each.size() / 2, each.end());
  durations.p50 = each[each.size() / 2];
  return durations;
}

Durations RunAtOnce(Door* door, const Shape& shape, int64_t gathers, Errors* errors) {
  const Clock::time_point start = Clock::now();
  *errors = door->Run(shape, gathers);
  return {.wall = NanosecondsSince(start)};
}

int Main() {
  const std::unique_ptr<Door> door = MakeDoor();
  if (door == nullptr) return 2;
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    Shape shape;
    int64_t gathers = 0;
    std::istringstream(line) >> shape.calls >> shape.at_once >> shape.payload_bytes >> gathers;
    if (gathers < 1) {
      std::fprintf(stderr, "door_runner: not a run: \"%s\"\n", line.c_str());
      return 2;
    }
    Errors errors;
    const Durations durations = shape.at_once == 1 ? RunEach(door.get(), shape, gathers, &errors)
                                                   : RunAtOnce(door.get(), shape, gathers, &errors);
    if (errors.count > 0) std::cerr << errors.first << std::endl;
    std::cout << errors.count << ' ' << durations.wall << ' ' << durations.p50 << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace gather::benchmarks

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  return gather::benchmarks::Main();
}
