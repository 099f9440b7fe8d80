// Runs gathers through one door, as told on standard input: the client process of a measurement.
//
//   door_runner --door=raw|paced|callback|gatherd|embedded --backend=ADDRESS [--gatherd=ADDRESS]
//               [--middle=ADDRESS]
//
// It prints `ready`; then, for each line `CALLS AT_ONCE PAYLOAD_BYTES LEVELS SLOW GATHERS`, it runs
// that many gathers and prints `ERRORS WALL_NS P50_NS P90_NS P99_NS`, the percentiles being those
// of the durations of single gathers. LEVELS is 1 or 2; with SLOW = 1 every 100th echo call of the
// run goes to the slow method. The first error of a run goes to standard error. It ends with its
// input.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "benchmarks/callback_door.h"
#include "benchmarks/door.h"
#include "benchmarks/fan_out.h"
#include "benchmarks/gatherd_door.h"
#include "benchmarks/percentile.h"
#include "benchmarks/sdk_door.h"
#include "gather/gather.h"

ABSL_FLAG(std::string, door, "raw", "Which door: raw, paced, callback, gatherd or embedded.");
ABSL_FLAG(std::string, backend, "", "Address of the echo backend.");
ABSL_FLAG(std::string, gatherd, "", "Address of the server, for the door gatherd.");
ABSL_FLAG(std::string, middle, "",
          "Address of the process in the middle of two levels, for the other doors.");

namespace gather::benchmarks {
namespace {

std::unique_ptr<Door> MakeEmbedded(const std::string& backend, const std::string& middle) {
  EmbeddedOptions options;
  options.targets = {{"echo", backend}};
  if (!middle.empty()) options.targets.emplace_back("middle", middle);
  options.max_calls = options.max_concurrency = 200'000;
  absl::StatusOr<Client> client = Client::Embedded(options);
  if (client.ok()) return std::make_unique<SdkDoor>(*std::move(client));
  std::fprintf(stderr, "door_runner: %s\n", client.status().ToString().c_str());
  return nullptr;
}

std::unique_ptr<Door> MakeDoor() {
  const std::string name = absl::GetFlag(FLAGS_door);
  const std::string backend = absl::GetFlag(FLAGS_backend);
  const std::string middle = absl::GetFlag(FLAGS_middle);
  if (name == "raw") return std::make_unique<FanOut>(backend, middle, FanOut::Launch::kAll);
  if (name == "paced") return std::make_unique<FanOut>(backend, middle, FanOut::Launch::kPaced);
  if (name == "callback") return std::make_unique<CallbackDoor>(backend, middle);
  if (name == "gatherd") return std::make_unique<GatherdDoor>(absl::GetFlag(FLAGS_gatherd));
  if (name == "embedded") return MakeEmbedded(backend, middle);
  std::fprintf(stderr, "door_runner: no door \"%s\"\n", name.c_str());
  return nullptr;
}

struct Order {
  Shape shape;
  int64_t gathers = 0;
};

std::optional<Order> ParseOrder(const std::string& line) {
  Order order;
  Shape& shape = order.shape;
  std::istringstream(line) >> shape.calls >> shape.at_once >> shape.payload_bytes >> shape.levels >>
      shape.slow >> order.gathers;
  const bool sound = shape.calls > 0 && shape.at_once > 0 && shape.payload_bytes >= 0 &&
                     (shape.levels == 1 || shape.levels == 2) && order.gathers > 0;
  return sound ? std::make_optional(order) : std::nullopt;
}

// Runs the gathers and makes the line that answers.
std::string Fulfil(const Order& order, Door* door) {
  const Door::Clock::time_point start = Door::Clock::now();
  RunRecord record = door->Run(order.shape, order.gathers);
  const std::chrono::nanoseconds wall = Door::Clock::now() - start;
  if (record.errors.count > 0) std::cerr << record.errors.first << std::endl;
  std::sort(record.durations.begin(), record.durations.end());
  std::string answer = absl::StrCat(record.errors.count, " ", wall.count());
  for (const int percent : {50, 90, 99}) {
    absl::StrAppend(&answer, " ", Percentile(record.durations, percent).count());
  }
  return answer;
}

int Main() {
  const std::unique_ptr<Door> door = MakeDoor();
  if (door == nullptr) return 2;
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    const std::optional<Order> order = ParseOrder(line);
    if (!order.has_value()) {
      std::fprintf(stderr, "door_runner: not a run: \"%s\"\n", line.c_str());
      return 2;
    }
    std::cout << Fulfil(*order, door.get()) << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace gather::benchmarks

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  return gather::benchmarks::Main();
}
