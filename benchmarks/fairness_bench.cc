// Measures what fairness is worth: how long gathers of 5 take alone, and beside a principal that
// runs gathers of 10,000 to the same target without pause; fair, and with fairness switched off.
//
//   fairness_bench --echo_backend=PATH --gatherd=PATH [--gathers=N]
//
// Exit status 0 if what is promised was seen, 1 if not or if something failed. See README.md beside
// this file.

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "benchmarks/programs.h"
#include "gather/v1/gather.grpc.pb.h"

ABSL_FLAG(std::string, echo_backend, "", "Path of the backend.");
ABSL_FLAG(std::string, gatherd, "", "Path of the server.");
ABSL_FLAG(int, gathers, 200, "Gathers of 5 that are timed, each time.");

namespace gather::benchmarks {
namespace {

using Clock = std::chrono::steady_clock;

constexpr absl::Duration kServiceTime = absl::Milliseconds(10);
constexpr int kPermits = 100;
constexpr int kLarge = 10'000;
constexpr int kSmall = 5;

constexpr char kLargeToken[] = "benchmark-large";
constexpr char kSmallToken[] = "benchmark-small";
constexpr char kTokens[] = R"(
    {"principal": "large",
     "sha256": "88ecd8b888ce8467a23a97b1a8eb3c75fa26ae24243246b180628d7d01b87721"},
    {"principal": "small",
     "sha256": "cc76cbc0c46db6cf8d4721ed57e3c6783b66136b4fbfaf4003046ca945df529a"})";

std::string Configuration(const std::string& backend, bool unfair) {
  return absl::StrCat(R"({
  "targets": [{"name": "echo", "address": ")",
                      backend, R"(", "limits": {"max_in_flight": )", kPermits, R"(}}],
  "authentication": {"tokens": [)",
                      kTokens, R"(]},
  "allow": [{"principals": ["*"], "targets": ["*"]}],
  "limits": {"unfair": )",
                      unfair ? "true" : "false", "}\n}\n");
}

v1::GatherRequest MakeRequest(int calls) {
  v1::GatherRequest request;
  v1::SubCall* const defaults = request.mutable_defaults();
  defaults->set_target("echo");
  defaults->set_method("/gather.benchmarks.v1.EchoService/Echo");
  for (int i = 0; i < calls; ++i) request.add_calls();
  return request;
}

// Runs gathers of one size as one principal, one after the other.
class Client {
 public:
  Client(const std::string& server, const char* token, int calls)
      : authorization_(absl::StrCat("Bearer ", token)), request_(MakeRequest(calls)) {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(-1);
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    stub_ = v1::GatherService::NewStub(
        grpc::CreateCustomChannel(server, grpc::InsecureChannelCredentials(), arguments));
  }

  absl::Status Gather() {
    grpc::ClientContext context;
    context.AddMetadata("authorization", authorization_);
    v1::GatherResponse response;
    const grpc::Status status = stub_->Gather(&context, request_, &response);
    if (status.ok()) return absl::OkStatus();
    return absl::UnknownError(absl::StrCat("a gather of ", request_.calls_size(), ": code ",
                                           status.error_code(), " ", status.error_message()));
  }

 private:
  const std::string authorization_;
  const v1::GatherRequest request_;
  std::unique_ptr<v1::GatherService::Stub> stub_;
};

// Two of them, so that one begins while the other's answer is on its way.
class LargeGathers {
 public:
  explicit LargeGathers(const std::string& server) {
    for (int i = 0; i < 2; ++i) threads_.emplace_back([this, server] { Run(server); });
    ended_.wait(0);  // under way, and its successor, too
  }
  ~LargeGathers() {
    over_ = true;
    for (std::thread& thread : threads_) thread.join();
  }
  LargeGathers(const LargeGathers&) = delete;
  LargeGathers& operator=(const LargeGathers&) = delete;

  bool failed() const { return failed_; }

 private:
  void Run(const std::string& server) {
    Client client(server, kLargeToken, kLarge);
    while (!over_) {
      const absl::Status done = client.Gather();
      if (!done.ok()) {
        failed_ = true;
        over_ = true;
        std::cerr << done.message() << std::endl;
      }
      ++ended_;
      ended_.notify_all();
    }
  }

  std::atomic<bool> over_ = false;
  std::atomic<bool> failed_ = false;
  std::atomic<int> ended_ = 0;
  std::vector<std::thread> threads_;
};

struct Times {
  double median;
  double p95;
};

absl::StatusOr<Times> TimeSmall(const std::string& server) {
  Client client(server, kSmallToken, kSmall);
  std::vector<double> milliseconds;
  constexpr int kWarmUp = 20;
  for (int i = -kWarmUp; i < absl::GetFlag(FLAGS_gathers); ++i) {
    const Clock::time_point start = Clock::now();
    if (absl::Status done = client.Gather(); !done.ok()) return done;
    const std::chrono::duration<double, std::milli> took = Clock::now() - start;
    if (i >= 0) milliseconds.push_back(took.count());
    // Not in step with the large gathers' permits, which come back in waves of one service time.
    std::this_thread::sleep_for(std::chrono::microseconds(1'700));
  }
  std::sort(milliseconds.begin(), milliseconds.end());
  const std::size_t last = milliseconds.size() - 1;
  return Times{milliseconds[last / 2], milliseconds[last * 95 / 100]};
}

bool Promise(const std::string& what, bool seen) {
  std::cout << (seen ? "met      " : "NOT MET  ") << what << std::endl;
  return seen;
}

// How many times as long a small gather takes beside the large ones.
absl::StatusOr<double> Measure(const std::string& backend, bool unfair) {
  auto gatherd = StartGatherd(absl::GetFlag(FLAGS_gatherd), Configuration(backend, unfair));
  if (!gatherd.ok()) return gatherd.status();
  const absl::StatusOr<Times> alone = TimeSmall(gatherd->address);
  if (!alone.ok()) return alone.status();
  LargeGathers large(gatherd->address);
  const absl::StatusOr<Times> beside = TimeSmall(gatherd->address);
  if (!beside.ok()) return beside.status();
  if (large.failed()) return absl::UnknownError("a large gather failed");
  const double ratio = beside->median / alone->median;
  std::printf("%-8s %10.1f %8.1f %14.1f %8.1f %8.2f\n", unfair ? "unfair" : "fair", alone->median,
              alone->p95, beside->median, beside->p95, ratio);
  std::fflush(stdout);
  return ratio;
}

absl::StatusOr<bool> Run() {
  auto backend = StartEchoBackend(absl::GetFlag(FLAGS_echo_backend), kServiceTime);
  if (!backend.ok()) return backend.status();
  std::printf("gathers of %d, ms\n%-8s %10s %8s %14s %8s %8s\n", kSmall, "", "alone p50", "p95",
              "beside p50", "p95", "ratio");
  const absl::StatusOr<double> fair = Measure(backend->address, false);
  if (!fair.ok()) return fair.status();
  const absl::StatusOr<double> unfair = Measure(backend->address, true);
  if (!unfair.ok()) return unfair.status();
  bool met = Promise("fair: at most twice as long beside gathers of 10,000 as alone", *fair <= 2);
  met &= Promise("unfair: more than five times as long, so it is fairness that helps", *unfair > 5);
  return met;
}

}  // namespace
}  // namespace gather::benchmarks

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  const absl::StatusOr<bool> met = gather::benchmarks::Run();
  if (met.ok()) return *met ? 0 : 1;
  std::cerr << "fairness_bench: " << met.status().message() << std::endl;
  return 1;
}
