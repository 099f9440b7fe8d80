// Measures what overload does: gathers of 4 arrive whether or not those before them were answered,
// at 0.5 to 3 times what the permits of their target let through.
//
//   overload_bench --echo_backend=PATH --gatherd=PATH [--seconds=N]
//
// Exit status 0 if what is promised was seen, 1 if not or if something failed. See README.md beside
// this file.

#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/async_unary_call.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
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
#include "absl/time/time.h"
#include "benchmarks/child_process.h"
#include "benchmarks/deliver.h"
#include "benchmarks/programs.h"
#include "engine/async/operation.h"
#include "gather/v1/gather.grpc.pb.h"

ABSL_FLAG(std::string, echo_backend, "", "Path of the backend.");
ABSL_FLAG(std::string, gatherd, "", "Path of the server.");
ABSL_FLAG(int, seconds, 8, "How long each rate lasts.");

namespace gather::benchmarks {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr absl::Duration kServiceTime = absl::Milliseconds(20);
constexpr int kPermits = 40;
constexpr int kCalls = 4;
constexpr double kCapacity = kPermits / 0.020 / kCalls;  // gathers a second

// As many gathers as the permits take at once, and as many again that wait: so there always is one
// that can use a permit, and nobody waits longer than a service time.
constexpr int kMaxGathers = 2 * kPermits / kCalls;

std::string Configuration(const std::string& backend) {
  return absl::StrCat(R"({
  "targets": [{"name": "echo", "address": ")",
                      backend, R"(", "limits": {"max_in_flight": )", kPermits, R"(}}],
  "allow": [{"principals": ["*"], "targets": ["*"]}],
  "limits": {"max_gathers": )",
                      kMaxGathers, "}\n}\n");
}

v1::GatherRequest MakeRequest() {
  v1::GatherRequest request;
  v1::SubCall* const defaults = request.mutable_defaults();
  defaults->set_target("echo");
  defaults->set_method("/gather.benchmarks.v1.EchoService/Echo");
  for (int i = 0; i < kCalls; ++i) request.add_calls();
  return request;
}

// What became of the gathers of one rate.
struct Outcomes {
  int sent = 0;
  int failed = 0;  // neither answered whole nor refused
  std::string failure;
  std::vector<double> good;     // milliseconds
  std::vector<double> refused;  // milliseconds
  int64_t kilobytes = 0;        // of gatherd, at most
};

double Quantile(std::vector<double>* values, double q) {
  if (values->empty()) return 0;
  const auto at = static_cast<std::size_t>(q * static_cast<double>(values->size() - 1));
  std::nth_element(values->begin(), values->begin() + static_cast<std::ptrdiff_t>(at),
                   values->end());
  return (*values)[at];
}

// Sends gathers at a rate, on one thread, and takes their answers as they come.
class OpenLoop {
 public:
  OpenLoop(const std::string& server, const ChildProcess& gatherd)
      : gatherd_(gatherd),
        stub_(v1::GatherService::NewStub(
            grpc::CreateChannel(server, grpc::InsecureChannelCredentials()))) {}
  ~OpenLoop() {
    queue_.Shutdown();
    void* tag;
    bool ok;
    while (queue_.Next(&tag, &ok)) Deliver(tag, ok);
  }

  Outcomes Run(double per_second, std::chrono::seconds length) {
    outcomes_ = {};
    const auto interval = nanoseconds(static_cast<int64_t>(1e9 / per_second));
    const Clock::time_point end = Clock::now() + length;
    Clock::time_point next_look = Clock::now();
    for (Clock::time_point next = Clock::now(); next < end; next += interval) {
      TakeUntil(next);
      Send();
      if (next < next_look) continue;
      outcomes_.kilobytes = std::max(outcomes_.kilobytes, gatherd_.ResidentKilobytes());
      next_look = next + milliseconds(100);
    }
    while (outstanding_ > 0) TakeUntil(Clock::now() + milliseconds(10));
    return std::move(outcomes_);
  }

 private:
  // One gather.
  class Rpc final : public engine::Operation {
   public:
    explicit Rpc(OpenLoop* loop) : loop_(loop), sent_(Clock::now()) {
      context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(5));
      reader_ = loop->stub_->AsyncGather(&context_, loop->request_, &loop->queue_);
      reader_->Finish(&response_, &status_, this);
    }

    void OnDone(bool) override {
      const std::chrono::duration<double, std::milli> took = Clock::now() - sent_;
      loop_->OnAnswer(this, took.count());
    }

    bool good() const { return status_.ok() && response_.summary().succeeded() == kCalls; }
    const grpc::Status& status() const { return status_; }

   private:
    OpenLoop* const loop_;
    const Clock::time_point sent_;
    grpc::ClientContext context_;
    v1::GatherResponse response_;
    grpc::Status status_;
    std::unique_ptr<grpc::ClientAsyncResponseReader<v1::GatherResponse>> reader_;
  };

  void Send() {
    ++outcomes_.sent;
    ++outstanding_;
    rpcs_.push_back(std::make_unique<Rpc>(this));
  }

  void TakeUntil(Clock::time_point time) {
    const auto deadline = std::chrono::system_clock::now() + (time - Clock::now());
    void* tag;
    bool ok;
    while (queue_.AsyncNext(&tag, &ok, deadline) == grpc::CompletionQueue::GOT_EVENT) {
      Deliver(tag, ok);
    }
  }

  void OnAnswer(Rpc* rpc, double took) {
    --outstanding_;
    if (rpc->good()) {
      outcomes_.good.push_back(took);
    } else if (rpc->status().error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) {
      outcomes_.refused.push_back(took);
    } else {
      ++outcomes_.failed;
      outcomes_.failure =
          absl::StrCat(rpc->status().error_code(), " ", rpc->status().error_message());
    }
    const auto found = std::find_if(rpcs_.begin(), rpcs_.end(),
                                    [rpc](const auto& each) { return each.get() == rpc; });
    std::swap(*found, rpcs_.back());
    rpcs_.pop_back();
  }

  const ChildProcess& gatherd_;
  const v1::GatherRequest request_ = MakeRequest();
  std::unique_ptr<v1::GatherService::Stub> stub_;
  grpc::CompletionQueue queue_;
  std::vector<std::unique_ptr<Rpc>> rpcs_;
  int outstanding_ = 0;
  Outcomes outcomes_;
};

bool Promise(const std::string& what, bool seen) {
  std::cout << (seen ? "met      " : "NOT MET  ") << what << std::endl;
  return seen;
}

// What is compared between the rates.
struct Row {
  double goodput;      // gathers a second
  double good_p50;     // ms
  double refused_p99;  // ms
  int64_t kilobytes;
};

absl::StatusOr<Row> Measure(OpenLoop* loop, double load) {
  const int seconds = absl::GetFlag(FLAGS_seconds);
  Outcomes outcomes = loop->Run(load * kCapacity, std::chrono::seconds(seconds));
  if (outcomes.failed > 0) {
    return absl::UnknownError(absl::StrCat(outcomes.failed, " gathers failed: ", outcomes.failure));
  }
  const Row row{static_cast<double>(outcomes.good.size()) / seconds, Quantile(&outcomes.good, 0.5),
                Quantile(&outcomes.refused, 0.99), outcomes.kilobytes};
  std::printf("%4.1f %8d %9.0f %9zu %9.1f %9.1f %12.2f %10ld\n", load, outcomes.sent, row.goodput,
              outcomes.refused.size(), row.good_p50, Quantile(&outcomes.good, 0.99),
              row.refused_p99, row.kilobytes);
  std::fflush(stdout);
  return row;
}

absl::StatusOr<bool> Run() {
  auto backend = StartEchoBackend(absl::GetFlag(FLAGS_echo_backend), kServiceTime);
  if (!backend.ok()) return backend.status();
  auto gatherd = StartGatherd(absl::GetFlag(FLAGS_gatherd), Configuration(backend->address));
  if (!gatherd.ok()) return gatherd.status();
  OpenLoop loop(gatherd->address, *gatherd->process);
  std::printf("gathers of %d, capacity %.0f a second\n%4s %8s %9s %9s %9s %9s %12s %10s\n", kCalls,
              kCapacity, "load", "sent", "goodput/s", "refused", "p50 ms", "p99 ms", "refusal p99",
              "gatherd KB");
  double peak = 0;
  Row at_one{};
  Row last{};
  for (const double load : {0.5, 0.75, 1.0, 1.5, 2.0, 3.0}) {
    const absl::StatusOr<Row> row = Measure(&loop, load);
    if (!row.ok()) return row.status();
    peak = std::max(peak, row->goodput);
    if (load == 1) at_one = *row;
    last = *row;
  }
  bool met = Promise("goodput at 3 times the capacity is at least 0.9 of the peak",
                     last.goodput >= 0.9 * peak);
  met &= Promise("a refusal's p99 is at most the p50 of a gather that was taken on",
                 last.refused_p99 <= last.good_p50);
  met &=
      Promise("gatherd has at most 1.3 of the memory that it has at capacity",
              static_cast<double>(last.kilobytes) <= 1.3 * static_cast<double>(at_one.kilobytes));
  return met;
}

}  // namespace
}  // namespace gather::benchmarks

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  const absl::StatusOr<bool> met = gather::benchmarks::Run();
  if (met.ok()) return *met ? 0 : 1;
  std::cerr << "overload_bench: " << met.status().message() << std::endl;
  return 1;
}
