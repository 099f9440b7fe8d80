// Measures what bad neighbours cost: gathers to a backend that answers after 10 ms, alone and
// beside others to backends that never answer, reset, send garbage and flood.
//
//   bad_backends_bench --backend_main=PATH --scripted_main=PATH --gatherd=PATH [--gathers=N]
//
// Exit status 0 if what is promised was seen, 1 if not or if something failed. See README.md beside
// this file.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
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
#include "absl/time/time.h"
#include "benchmarks/child_process.h"
#include "benchmarks/echo.pb.h"
#include "gather/gather.h"

ABSL_FLAG(std::string, backend_main, "", "Path of the programmable backend.");
ABSL_FLAG(std::string, scripted_main, "", "Path of the backend that goes wrong as it is told.");
ABSL_FLAG(std::string, gatherd, "", "Path of the server.");
ABSL_FLAG(int, gathers, 300, "Gathers to the good backend, alone and again beside the bad ones.");

namespace gather::benchmarks {
namespace {

using Clock = std::chrono::steady_clock;
using EchoCall = Call<v1::EchoResponse>;
using StreamCall = Call<std::vector<v1::EchoResponse>>;

constexpr char kMethod[] = "/gather.benchmarks.v1.EchoService/Echo";
constexpr int kCalls = 5;

struct Program {
  std::unique_ptr<ChildProcess> process;
  std::string address;
};

absl::StatusOr<Program> StartProgram(const std::vector<std::string>& command,
                                     const std::string& ready) {
  auto process = ChildProcess::Start(command, ChildProcess::Output::kStandardError);
  if (!process.ok()) return process.status();
  absl::StatusOr<std::string> line = (*process)->ReadLine();
  if (!line.ok()) return line.status();
  if (!absl::StartsWith(*line, ready)) return absl::InternalError(*line);
  (*process)->ForwardOutput();
  return Program{*std::move(process), line->substr(ready.size())};
}

EchoCall MakeCall(const std::string& target) { return {target, kMethod, v1::EchoRequest()}; }

// Whether a slot says what happened: every one of them must.
bool Explained(const OutcomeFacts& outcome) {
  if (outcome.ok()) return true;
  return outcome.disposition() != Disposition::kUnspecified && !outcome.status().ok() &&
         !outcome.status().message().empty();
}

// Gathers to one bad backend, one after the other, until it is destroyed.
class Neighbour {
 public:
  Neighbour(const std::string& gatherd, const std::string& target)
      : client_(Client::Connect(gatherd)), target_(target), thread_([this] { Run(); }) {}

  ~Neighbour() {
    over_ = true;
    thread_.join();
    std::printf("  %-8s %6d gathers, %d slots without an explanation\n", target_.c_str(),
                gathers_.load(), unexplained_.load());
  }

  int unexplained() const { return unexplained_; }

 private:
  void Run() {
    Options options;
    options.timeout = absl::Milliseconds(200);
    for (; !over_; ++gathers_) {
      if (target_ == "flood") {
        Check(GatherSettled(client_, options, Calls<StreamCall>([] {
                              return StreamCall("flood", kMethod, v1::EchoRequest())
                                  .Metadata("x-test-messages", "1000000")
                                  .Metadata("x-test-reply-bytes", "10000");
                            })));
      } else {
        Check(
            GatherSettled(client_, options, Calls<EchoCall>([this] { return MakeCall(target_); })));
      }
    }
  }

  template <typename ACall, typename Make>
  static std::vector<ACall> Calls(Make make) {
    std::vector<ACall> calls;
    for (int i = 0; i < kCalls; ++i) calls.push_back(make());
    return calls;
  }

  template <typename Settled>
  void Check(const Settled& settled) {
    for (const auto& outcome : settled) {
      if (!Explained(outcome)) ++unexplained_;
    }
  }

  const Client client_;
  const std::string target_;
  std::atomic<bool> over_ = false;
  std::atomic<int> gathers_ = 0;
  std::atomic<int> unexplained_ = 0;
  std::thread thread_;
};

// The median duration in milliseconds of a gather to the good backend.
absl::StatusOr<double> MedianOfGood(const Client& client) {
  std::vector<double> durations;
  for (int i = 0; i < absl::GetFlag(FLAGS_gathers); ++i) {
    std::vector<EchoCall> calls;
    for (int j = 0; j < kCalls; ++j) {
      calls.push_back(MakeCall("good").Metadata("x-test-delay-ms", "10"));
    }
    const Clock::time_point start = Clock::now();
    const auto replies = Gather(client, std::move(calls));
    if (!replies.ok()) return replies.status();
    durations.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  const auto middle = durations.begin() + durations.size() / 2;
  std::nth_element(durations.begin(), middle, durations.end());
  return *middle;
}

bool Promise(const std::string& what, bool seen) {
  std::cout << (seen ? "met      " : "NOT MET  ") << what << std::endl;
  return seen;
}

absl::StatusOr<bool> Measure(const std::string& gatherd) {
  const Client client = Client::Connect(gatherd);
  absl::StatusOr<double> warm = MedianOfGood(client);
  if (!warm.ok()) return warm.status();
  const absl::StatusOr<double> alone = MedianOfGood(client);
  if (!alone.ok()) return alone.status();
  int unexplained = 0;
  absl::StatusOr<double> beside;
  {
    std::vector<std::unique_ptr<Neighbour>> neighbours;
    for (const char* target : {"silent", "reset", "garbage", "flood"}) {
      neighbours.push_back(std::make_unique<Neighbour>(gatherd, target));
    }
    beside = MedianOfGood(client);
    if (!beside.ok()) return beside.status();
    for (const auto& neighbour : neighbours) unexplained += neighbour->unexplained();
  }
  std::printf(
      "median of a gather of %d to a backend of 10 ms: alone %.2f ms, beside %.2f ms (%.2f)\n",
      kCalls, *alone, *beside, *beside / *alone);
  bool met = Promise("every slot of the bad backends is explained", unexplained == 0);
  met &= Promise("the median beside them is at most 1.5 of that alone", *beside <= *alone * 1.5);
  return met;
}

absl::StatusOr<bool> Run() {
  const std::string backend = absl::GetFlag(FLAGS_backend_main);
  const std::string scripted = absl::GetFlag(FLAGS_scripted_main);
  std::vector<Program> programs;
  std::string targets;
  const auto start = [&](const std::string& name, const std::vector<std::string>& command,
                         const std::string& ready) -> absl::Status {
    absl::StatusOr<Program> program = StartProgram(command, ready);
    if (!program.ok()) return program.status();
    absl::StrAppend(&targets, targets.empty() ? "" : ",", name, "=", program->address);
    programs.push_back(*std::move(program));
    return absl::OkStatus();
  };
  absl::Status started = start("good", {backend}, "backend: serving on ");
  started.Update(start("flood", {backend}, "backend: serving on "));
  started.Update(start("silent", {scripted, "silent"}, "scripted: serving on "));
  started.Update(start("reset", {scripted, "reset-after-request"}, "scripted: serving on "));
  started.Update(start("garbage", {scripted, "garbage-after-request"}, "scripted: serving on "));
  if (!started.ok()) return started;
  absl::StatusOr<Program> gatherd =
      StartProgram({absl::GetFlag(FLAGS_gatherd), "--listen=127.0.0.1:0",
                    absl::StrCat("--targets=", targets), "--log_level=error"},
                   "gatherd: serving on ");
  if (!gatherd.ok()) return gatherd.status();
  return Measure(gatherd->address);
}

}  // namespace
}  // namespace gather::benchmarks

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  const absl::StatusOr<bool> met = gather::benchmarks::Run();
  if (met.ok()) return *met ? 0 : 1;
  std::cerr << "bad_backends_bench: " << met.status().message() << std::endl;
  return 1;
}
