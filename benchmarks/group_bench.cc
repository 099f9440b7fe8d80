// Measures what task groups promise: that a vanished client's group is cancelled at once without
// holding others up, and that a group's memory does not grow with what was added to it.
//
//   group_bench --group_client=PATH --hold_backend=PATH --gatherd=PATH [--calls=N] [--pairs=N]
//               [--adds=N]
//
// Exit status 0 if what is promised was seen, 1 if not or if something failed; 2 for wrong flags.
// See README.md beside this file.

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "benchmarks/child_process.h"
#include "benchmarks/held_calls.h"
#include "gather/v1/gather.grpc.pb.h"

ABSL_FLAG(std::string, group_client, "", "Path of the program that opens groups.");
ABSL_FLAG(std::string, hold_backend, "", "Path of the backend whose calls last.");
ABSL_FLAG(std::string, gatherd, "", "Path of the server.");
ABSL_FLAG(int, calls, 10'000, "Sub-calls in flight when the client goes.");
ABSL_FLAG(int, pairs, 5, "How often that is measured.");
ABSL_FLAG(int, adds, 1'000'000, "Sub-calls that are added to one group over its life.");

namespace gather::benchmarks {
namespace {

using Clock = std::chrono::steady_clock;

double MillisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double Largest(const std::vector<double>& values) {
  return *std::max_element(values.begin(), values.end());
}

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

// Gathers of one call, one after the other, by somebody else; how long each took.
class Bystander {
 public:
  Bystander(const std::string& gatherd, const std::string& target)
      : target_(target),
        stub_(v1::GatherService::NewStub(
            grpc::CreateChannel(gatherd, grpc::InsecureChannelCredentials()))),
        thread_([this] { Run(); }) {}

  ~Bystander() {
    over_ = true;
    thread_.join();
  }

  // The longest since the last time this was asked, in milliseconds; that which is under way
  // included, so this waits for its end.
  double TakeLongest() {
    const int ended = ended_;
    ended_.wait(ended);
    return longest_.exchange(0);
  }
  bool failed() const { return failed_; }

 private:
  void Run() {
    v1::GatherRequest request;
    v1::SubCall* const call = request.add_calls();
    call->set_target(target_);
    call->set_method("/gather.benchmarks.v1.HoldService/Answer");
    while (!over_) {
      grpc::ClientContext context;
      v1::GatherResponse response;
      const Clock::time_point start = Clock::now();
      if (!stub_->Gather(&context, request, &response).ok()) failed_ = true;
      const double took = MillisecondsSince(start);
      if (took > longest_) longest_ = took;
      ++ended_;
      ended_.notify_all();
      absl::SleepFor(absl::Milliseconds(1));  // it watches, and does not compete
    }
  }

  const std::string target_;
  const std::unique_ptr<v1::GatherService::Stub> stub_;
  std::atomic<int> ended_ = 0;
  std::atomic<bool> over_ = false;
  std::atomic<bool> failed_ = false;
  std::atomic<double> longest_ = 0;
  std::thread thread_;
};

absl::StatusOr<std::unique_ptr<ChildProcess>> StartClient(const std::string& door,
                                                          const std::string& backend,
                                                          const std::string& gatherd) {
  auto client = ChildProcess::Start(
      {absl::GetFlag(FLAGS_group_client), absl::StrCat("--door=", door),
       absl::StrCat("--backend=", backend), absl::StrCat("--gatherd=", gatherd)},
      ChildProcess::Output::kStandardOutput);
  if (!client.ok()) return client.status();
  absl::StatusOr<std::string> ready = (*client)->ReadLine();
  if (!ready.ok()) return ready.status();
  return client;
}

absl::StatusOr<std::unique_ptr<ChildProcess>> StartBackend(std::string* address) {
  auto backend = ChildProcess::Start({absl::GetFlag(FLAGS_hold_backend)},
                                     ChildProcess::Output::kStandardOutput);
  if (!backend.ok()) return backend.status();
  absl::StatusOr<std::string> line = (*backend)->ReadLine();
  if (!line.ok()) return line.status();
  *address = *std::move(line);
  return backend;
}

absl::StatusOr<std::unique_ptr<ChildProcess>> StartGatherd(const std::string& backend,
                                                           const std::string& other,
                                                           std::string* address) {
  auto gatherd = ChildProcess::Start({absl::GetFlag(FLAGS_gatherd), "--listen=127.0.0.1:0",
                                      absl::StrCat("--targets=backend=", backend, ",other=", other),
                                      "--max_calls=200000", "--max_concurrency=200000"},
                                     ChildProcess::Output::kStandardError);
  if (!gatherd.ok()) return gatherd.status();
  absl::StatusOr<std::string> line = (*gatherd)->ReadLine();
  if (!line.ok()) return line.status();
  const std::string ready = "gatherd: serving on ";
  if (!absl::StartsWith(*line, ready)) return absl::InternalError(*line);
  *address = line->substr(ready.size());
  (*gatherd)->ForwardOutput();
  return gatherd;
}

// How long the backend holds calls of a client that is killed while it has `calls` in flight.
absl::StatusOr<double> VanishAndAwait(const std::string& door, const std::string& backend,
                                      const std::string& gatherd, HeldCalls* held,
                                      Bystander* bystander) {
  const int calls = absl::GetFlag(FLAGS_calls);
  auto client = StartClient(door, backend, gatherd);
  if (!client.ok()) return client.status();
  absl::Status held_all = (*client)->WriteLine(absl::StrCat("hold ", calls));
  if (held_all.ok()) held_all = held->Await(calls);
  if (!held_all.ok()) return held_all;
  if (bystander != nullptr) bystander->TakeLongest();
  const Clock::time_point start = Clock::now();
  client->reset();
  if (absl::Status none = held->Await(0); !none.ok()) return none;
  return MillisecondsSince(start);
}

// The same of a client that stays, and cancels each call itself.
absl::StatusOr<double> CancelByHand(const std::string& backend, HeldCalls* held) {
  const int calls = absl::GetFlag(FLAGS_calls);
  auto client = StartClient("raw", backend, "");
  if (!client.ok()) return client.status();
  absl::Status step = (*client)->WriteLine(absl::StrCat("hold ", calls));
  if (step.ok()) step = held->Await(calls);
  if (!step.ok()) return step;
  const Clock::time_point start = Clock::now();
  step = (*client)->WriteLine("cancel");
  if (step.ok()) step = (*client)->ReadLine().status();
  if (step.ok()) step = held->Await(0);
  if (!step.ok()) return step;
  return MillisecondsSince(start);
}

bool Promise(const std::string& what, bool seen) {
  std::cout << (seen ? "met      " : "NOT MET  ") << what << std::endl;
  return seen;
}

absl::StatusOr<bool> MeasureVanishing(const std::string& backend, const std::string& gatherd) {
  HeldCalls held(backend);
  Bystander bystander(gatherd, "other");
  std::vector<double> raw;
  std::vector<double> group;
  std::vector<double> ratios;
  std::vector<double> longest;
  std::printf("%-26s %8s %8s %7s %22s\n", "client of calls in flight", "raw ms", "group ms",
              "ratio", "others' longest ms");
  for (int pair = 0; pair < absl::GetFlag(FLAGS_pairs); ++pair) {
    auto by_hand = CancelByHand(backend, &held);
    if (!by_hand.ok()) return by_hand.status();
    auto by_group = VanishAndAwait("gatherd", backend, gatherd, &held, &bystander);
    if (!by_group.ok()) return by_group.status();
    raw.push_back(*by_hand);
    group.push_back(*by_group);
    ratios.push_back(*by_group / *by_hand);
    longest.push_back(bystander.TakeLongest());
    std::printf("%-26d %8.1f %8.1f %7.2f %22.1f\n", absl::GetFlag(FLAGS_calls), raw.back(),
                group.back(), ratios.back(), longest.back());
    std::fflush(stdout);
  }
  if (bystander.failed()) return absl::UnknownError("another client's gather failed");
  std::printf("%-26s %8.1f %8.1f %7.2f %22.1f\n\n", "median", Median(raw), Median(group),
              Median(ratios), Median(longest));
  bool met = Promise("all cancelled within 1 s of the client's end", Largest(group) <= 1000);
  met &= Promise("and within twice what a client takes to cancel as many by hand",
                 Median(ratios) <= 2);
  met &= Promise("no other gather held up by more than 20 ms meanwhile", Largest(longest) <= 20);
  return met;
}

// Adds many quick sub-calls to one group and watches the process that runs them.
absl::StatusOr<bool> MeasureMemory(const std::string& door, const std::string& backend,
                                   const std::string& gatherd_address,
                                   const ChildProcess& gatherd) {
  auto client = StartClient(door, backend, gatherd_address);
  if (!client.ok()) return client.status();
  const int adds = absl::GetFlag(FLAGS_adds);
  absl::Status asked = (*client)->WriteLine(absl::StrCat("add ", adds));
  if (!asked.ok()) return asked;
  int64_t first = 0;
  int64_t last = 0;
  std::printf("\none group through %s\n%10s %14s %14s\n", door.c_str(), "ended", "client KB",
              door == "gatherd" ? "gatherd KB" : "");
  for (;;) {
    absl::StatusOr<std::string> line = (*client)->ReadLine();
    if (!line.ok()) return line.status();
    if (absl::StartsWith(*line, "failed")) return absl::UnknownError(*line);
    if (*line == "done") break;
    const int64_t client_kilobytes = (*client)->ResidentKilobytes();
    const int64_t server_kilobytes = door == "gatherd" ? gatherd.ResidentKilobytes() : 0;
    last = std::max(client_kilobytes, server_kilobytes);
    if (first == 0) first = last;
    std::printf("%10s %14ld %14ld\n", line->c_str(), client_kilobytes, server_kilobytes);
    std::fflush(stdout);
  }
  return Promise(absl::StrFormat("a group of %d adds stays within 1.1 of its memory after a tenth "
                                 "of them (%.3f)",
                                 adds, static_cast<double>(last) / first),
                 last <= first * 1.1);
}

absl::StatusOr<bool> Run() {
  std::string backend_address;
  auto backend = StartBackend(&backend_address);
  if (!backend.ok()) return backend.status();
  std::string other_address;
  auto other = StartBackend(&other_address);
  if (!other.ok()) return other.status();
  std::string address;
  auto gatherd = StartGatherd(backend_address, other_address, &address);
  if (!gatherd.ok()) return gatherd.status();
  absl::StatusOr<bool> vanishing = MeasureVanishing(backend_address, address);
  if (!vanishing.ok()) return vanishing;
  bool met = *vanishing;
  for (const char* door : {"gatherd", "embedded"}) {
    absl::StatusOr<bool> memory = MeasureMemory(door, backend_address, address, **gatherd);
    if (!memory.ok()) return memory;
    met &= *memory;
  }
  return met;
}

}  // namespace
}  // namespace gather::benchmarks

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  const absl::StatusOr<bool> met = gather::benchmarks::Run();
  if (met.ok()) return *met ? 0 : 1;
  std::cerr << "group_bench: " << met.status().message() << std::endl;
  return 1;
}
