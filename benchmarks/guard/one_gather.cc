// Runs one gather of 1,000 through the engine, from the request's bytes to the answer's, and
// counted in the metrics as gatherd does it: what check.sh counts the instructions of. The attempts
// answer by themselves and time stands still, so that nothing but the engine's own work is counted.
//
//   one_gather                 no limits and no access rules
//   one_gather everything_on   all of them, so large that they hold nothing back

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/access.h"
#include "engine/answer_writer.h"
#include "engine/async/event_queue.h"
#include "engine/async/operation.h"
#include "engine/async/time.h"
#include "engine/async/worker.h"
#include "engine/attempt.h"
#include "engine/caller.h"
#include "engine/engine.h"
#include "engine/gather_run.h"
#include "engine/limits/admission.h"
#include "engine/limits/buffered_bytes.h"
#include "engine/limits/principal_accounts.h"
#include "engine/payload.h"
#include "engine/refusal.h"
#include "engine/request.h"
#include "engine/request_reader.h"
#include "engine/target.h"
#include "gather/v1/gather.pb.h"
#include "server/metrics/label_budget.h"
#include "server/metrics/recorder.h"
#include "server/metrics/worker_metrics.h"

namespace gather::benchmarks {
namespace {

constexpr int kCalls = 1000;

// Operations end in the order in which they were started.
class InstantQueue final : public engine::EventQueue {
 public:
  explicit InstantQueue(std::deque<engine::Operation*>* started) : started_(started) {}

  Event Next(engine::Time /*deadline*/) override {
    if (std::exchange(woken_, false)) return {Kind::kWoken};
    if (started_->empty()) return {shut_down_ ? Kind::kShutdown : Kind::kTimeout};
    engine::Operation* const operation = started_->front();
    started_->pop_front();
    return {Kind::kCompletion, operation, true};
  }

  engine::Time Now() override { return engine::Time(std::chrono::hours(1)); }
  void Wake() override { woken_ = true; }
  void Shutdown() override { shut_down_ = true; }

 private:
  std::deque<engine::Operation*>* const started_;
  bool woken_ = false;
  bool shut_down_ = false;
};

// An attempt whose reply is its request.
class EchoAttempt final : public engine::Attempt, private engine::Operation {
 public:
  void Start(engine::Payload* request, engine::AttemptObserver* observer, std::uint32_t slot,
             std::deque<engine::Operation*>* started) {
    request_ = std::move(*request);
    observer_ = observer;
    slot_ = slot;
    started->push_back(this);
  }

  void Cancel() override {}
  void Detach() override {}

 private:
  void OnDone(bool /*ok*/) override {
    engine::AttemptResult result;
    result.got_message = true;
    result.reply = std::move(request_);
    result.peer = "ipv4:127.0.0.1:50051";
    observer_->OnAttemptEnd(slot_, std::move(result));
  }

  engine::Payload request_;
  engine::AttemptObserver* observer_ = nullptr;
  std::uint32_t slot_ = 0;
};

class EchoInvoker final : public engine::Invoker {
 public:
  explicit EchoInvoker(std::deque<engine::Operation*>* started)
      : started_(started), attempts_(kCalls) {}

  engine::Attempt* Start(engine::AttemptCall call, engine::AttemptObserver* observer,
                         std::uint32_t slot) override {
    attempts_[slot].Start(&call.request, observer, slot, started_);
    return &attempts_[slot];
  }

 private:
  std::deque<engine::Operation*>* const started_;
  std::vector<EchoAttempt> attempts_;
};

// Keeps the answer as the bytes that a server would send.
class WireSink final : public engine::AnswerSink {
 public:
  void OnAnswer(engine::Answer answer) override { bytes_ = engine::ToWire(answer); }

  grpc::ByteBuffer TakeBytes() { return std::exchange(bytes_, grpc::ByteBuffer()); }

 private:
  grpc::ByteBuffer bytes_;
};

grpc::ByteBuffer RequestBytes() {
  v1::GatherRequest request;
  request.mutable_policy()->set_error_delivery(v1::ERROR_DELIVERY_AS_RESPONSE);
  for (int i = 0; i < kCalls; ++i) {
    v1::SubCall* const call = request.add_calls();
    call->set_target("echo");
    call->set_method("/gather.benchmarks.v1.EchoService/Echo");
    call->set_request(std::string(100, 'x'));
  }
  const grpc::Slice slice(request.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

bool AllSucceeded(const grpc::ByteBuffer& bytes) {
  grpc::Slice slice;
  v1::GatherResponse response;
  return bytes.DumpToSingleSlice(&slice).ok() &&
         response.ParseFromArray(slice.begin(), static_cast<int>(slice.size())) &&
         response.summary().succeeded() == kCalls;
}

void RunGather(engine::Engine* engine, engine::Worker* worker, grpc::ByteBuffer* request,
               const engine::Caller& caller, engine::AnswerSink* sink) {
  auto read = engine::ReadRequest(request, engine->options().max_request_bytes);
  engine->Start(std::move(std::get<engine::Request>(read)), caller, sink);
  worker->RunUntilIdleForTest();
}

std::shared_ptr<engine::EngineOptions> Plain() {
  auto options = std::make_shared<engine::EngineOptions>();
  options->targets = *engine::TargetTable::Create({{"echo", "127.0.0.1:50051"}});
  return options;
}

std::shared_ptr<engine::EngineOptions> EverythingOn() {
  engine::Target target;
  target.name = "echo";
  target.channel.address = "127.0.0.1:50051";
  target.limits.max_in_flight = 10 * kCalls;
  auto options = std::make_shared<engine::EngineOptions>();
  options->targets = *engine::TargetTable::FromTargets({std::move(target)}, nullptr);
  options->access = std::make_shared<engine::AccessTable>(
      std::vector<engine::AccessRule>{{{"web"}, {"echo"}, {"/gather.benchmarks.v1.EchoService/*"}}},
      options->targets);
  options->limits = {
      .admission = std::make_shared<engine::Admission>(
          engine::AdmissionLimits{.max_gathers = 10, .max_sub_calls = 10 * kCalls}, nullptr),
      .accounts = std::make_shared<engine::PrincipalAccounts>(),
      .buffered = std::make_shared<engine::BufferedBytes>(
          engine::BufferLimits{.max_bytes_per_gather = 1ull << 40, .max_bytes = 1ull << 40})};
  return options;
}

std::shared_ptr<const engine::Principal> Web() {
  return std::make_shared<engine::Principal>(
      engine::Principal{.name = "web", .limits = {.sub_calls_per_second = 1e9}});
}

}  // namespace

// By its name callgrind knows what to count.
extern "C" __attribute__((noinline)) void RunMeasuredGather(engine::Engine* engine,
                                                            engine::Worker* worker,
                                                            grpc::ByteBuffer* request,
                                                            const engine::Caller& caller,
                                                            engine::AnswerSink* sink) {
  RunGather(engine, worker, request, caller, sink);
}

namespace {

int Main(bool everything_on) {
  std::deque<engine::Operation*> started;
  engine::Worker worker(std::make_unique<InstantQueue>(&started));
  EchoInvoker invoker(&started);
  engine::Caller caller{.gather_id = "0123456789abcdef0123456789abcdef"};
  if (everything_on) caller.principal = Web();
  server::LabelBudget labels;
  server::WorkerMetrics metrics(&labels);
  metrics.AddTarget("echo");
  server::MetricsRecorder recorder(&metrics);
  engine::Engine engine(&worker, &invoker, everything_on ? EverythingOn() : Plain(), &recorder);
  WireSink sink;
  grpc::ByteBuffer request = RequestBytes();
  RunGather(&engine, &worker, &request, caller, &sink);  // symbols bound, pools filled
  const bool warm = AllSucceeded(sink.TakeBytes());
  request = RequestBytes();
  RunMeasuredGather(&engine, &worker, &request, caller, &sink);
  if (warm && AllSucceeded(sink.TakeBytes())) return 0;
  std::fprintf(stderr, "one_gather: not every sub-call succeeded\n");
  return 1;
}

}  // namespace
}  // namespace gather::benchmarks

int main(int argc, char** argv) {
  return gather::benchmarks::Main(argc > 1 && absl::string_view(argv[1]) == "everything_on");
}
