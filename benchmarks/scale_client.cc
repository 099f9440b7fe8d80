// A client that has very much of something: the client process of `scale_bench` and
// `workers_bench`.
//
//   scale_client --door=raw|gatherd|embedded --backends=ADDRESS,... [--gatherd=ADDRESS]
//
// Backends are the targets t0, t1, ... in that order. It prints `ready`, then takes lines:
//   hold CALLS IN_FLIGHT   starts one gather of that many Hold calls to t0, at most so many of them
//                          in flight (by hand: so many calls), and prints 0; by hand, when
//                          the backend has them
//   release                awaits their normal end, and prints 0
//   cancel                 cancels the gather (by hand: each call), awaits its end, and prints how
//                          many nanoseconds that took
//   watch                  runs gathers of one call to the last target from now on, one after the
//                          other, and prints 0
//   longest                prints how many nanoseconds the longest of them took since the last time
//                          this was asked, and the median
//   run CONNECTIONS AT_ONCE CALLS TARGETS GATHERS
//                          runs gathers over that many connections to gatherd and that many
//                          targets; prints `ERRORS WALL_NS P50_NS P90_NS P99_NS`, as door_runner
// What fails is told on standard error; a line that cannot be done ends it with status 1. It ends
// with its input.

#include <cstddef>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "benchmarks/bystander.h"
#include "benchmarks/embedded_load.h"
#include "benchmarks/hand_load.h"
#include "benchmarks/held_by_hand.h"
#include "benchmarks/held_gather.h"
#include "benchmarks/load.h"
#include "benchmarks/server_load.h"
#include "gather/gather.h"

ABSL_FLAG(std::string, door, "raw", "Which door: raw, gatherd or embedded.");
ABSL_FLAG(std::vector<std::string>, backends, {}, "Addresses of the backends.");
ABSL_FLAG(std::string, gatherd, "", "Address of the server, for the door gatherd.");

namespace gather::benchmarks {
namespace {

constexpr int kPayloadBytes = 100;

// What a line is answered with.
using Answer = absl::StatusOr<std::string>;

std::string NanosecondsSince(absl::Time start) {
  return absl::StrCat(absl::ToInt64Nanoseconds(absl::Now() - start));
}

Answer RunLoad(Loader* loader, std::istream* arguments) {
  Load load;
  *arguments >> load.connections >> load.at_once >> load.calls >> load.targets >> load.gathers;
  const LoadTimes times = loader->Run(load);
  if (times.errors.count > 0) std::cerr << "scale_client: " << times.errors.first << std::endl;
  return absl::StrCat(times.errors.count, " ", absl::ToInt64Nanoseconds(times.wall), " ",
                      absl::ToInt64Nanoseconds(times.p50), " ", absl::ToInt64Nanoseconds(times.p90),
                      " ", absl::ToInt64Nanoseconds(times.p99));
}

class ByHand {
 public:
  explicit ByHand(const std::vector<std::string>& backends)
      : held_(backends.front()), load_(backends) {}

  Answer Do(const std::string& command, std::istream* arguments) {
    if (command == "hold") return Hold(arguments);
    if (command == "cancel") return Cancel();
    if (command == "release") return Release();
    if (command == "run") return RunLoad(&load_, arguments);
    return absl::UnimplementedError(command);
  }

 private:
  Answer Hold(std::istream* arguments) {
    int count = 0;
    *arguments >> count;
    if (held_.Start(count, kPayloadBytes)) return "0";
    return absl::InternalError("calls are not held");
  }

  Answer Cancel() {
    const absl::Time start = absl::Now();
    held_.CancelAll();
    return NanosecondsSince(start);
  }

  Answer Release() {
    const int failed = held_.AwaitAll();
    if (failed == 0) return "0";
    return absl::InternalError(absl::StrCat(failed, " calls failed"));
  }

  HeldByHand held_;
  HandLoad load_;
};

class ByGather {
 public:
  ByGather(Client client, std::unique_ptr<Loader> loader)
      : client_(std::move(client)), loader_(std::move(loader)) {}

  Answer Do(const std::string& command, std::istream* arguments) {
    if (command == "hold") return Hold(arguments);
    if (command == "release") return Release();
    if (command == "cancel") return Cancel();
    if (command == "watch") return Watch();
    if (command == "longest") return Longest();
    if (command == "run") return RunLoad(loader_.get(), arguments);
    return absl::UnimplementedError(command);
  }

 private:
  Answer Hold(std::istream* arguments) {
    int calls = 0;
    int in_flight = 0;
    *arguments >> calls >> in_flight;
    held_.emplace(client_, calls, in_flight, kPayloadBytes);
    return "0";
  }

  Answer Release() {
    if (absl::Status ended = held_->Await(); !ended.ok()) return ended;
    held_.reset();
    return "0";
  }

  Answer Cancel() {
    const absl::Time start = absl::Now();
    if (absl::Status cancelled = held_->Cancel(); !cancelled.ok()) return cancelled;
    std::string took = NanosecondsSince(start);
    held_.reset();
    return took;
  }

  Answer Watch() {
    const std::size_t targets = absl::GetFlag(FLAGS_backends).size();
    bystander_.emplace(client_, absl::StrCat("t", targets - 1));
    return "0";
  }

  Answer Longest() {
    const absl::StatusOr<Bystander::Times> times = bystander_->Take();
    if (!times.ok()) return times.status();
    return absl::StrCat(absl::ToInt64Nanoseconds(times->longest), " ",
                        absl::ToInt64Nanoseconds(times->median));
  }

  const Client client_;
  const std::unique_ptr<Loader> loader_;
  std::optional<HeldGather> held_;
  std::optional<Bystander> bystander_;
};

absl::StatusOr<Client> MakeEmbedded() {
  EmbeddedOptions options;
  for (const std::string& backend : absl::GetFlag(FLAGS_backends)) {
    options.targets.emplace_back(absl::StrCat("t", options.targets.size()), backend);
  }
  options.max_calls = options.max_concurrency = 200'000;
  return Client::Embedded(options);
}

// Does what the lines say, until there are no more.
template <typename Door>
int Serve(Door* door) {
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream arguments(line);
    std::string command;
    arguments >> command;
    const Answer answer = door->Do(command, &arguments);
    if (!answer.ok()) {
      std::cerr << "scale_client: " << line << ": " << answer.status() << std::endl;
      return 1;
    }
    std::cout << *answer << std::endl;
  }
  return 0;
}

int Main() {
  const std::string door = absl::GetFlag(FLAGS_door);
  const std::string server = absl::GetFlag(FLAGS_gatherd);
  if (door == "raw") {
    ByHand by_hand(absl::GetFlag(FLAGS_backends));
    return Serve(&by_hand);
  }
  if (door == "gatherd") {
    ByGather by_gather(Client::Connect(server), std::make_unique<ServerLoad>(server));
    return Serve(&by_gather);
  }
  const absl::StatusOr<Client> client = MakeEmbedded();
  if (!client.ok()) {
    std::cerr << "scale_client: " << client.status() << std::endl;
    return 2;
  }
  ByGather by_gather(*client, std::make_unique<EmbeddedLoad>(*client));
  return Serve(&by_gather);
}

}  // namespace
}  // namespace gather::benchmarks

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  return gather::benchmarks::Main();
}
