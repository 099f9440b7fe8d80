// A backend that answers every call with the request's own bytes.
//
//   echo_backend [--workers=N] [--delay=DURATION] [--max_streams=N]
//
// It listens on a free loopback port and prints one line on standard output, `ADDRESS:PORT`. It
// runs until it is killed.

#include <grpcpp/alarm.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/async_unary_call.h>
#include <grpcpp/support/byte_buffer.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/time/time.h"
#include "benchmarks/deliver.h"
#include "benchmarks/echo.grpc.pb.h"
#include "engine/async/operation.h"

ABSL_FLAG(int, workers, 1, "Completion queues, each with a thread of its own.");
ABSL_FLAG(absl::Duration, delay, absl::ZeroDuration(), "How long each call takes.");
ABSL_FLAG(int, max_streams, 0, "Concurrent streams allowed on a connection; 0: gRPC's default.");

namespace gather::benchmarks {
namespace {

using EchoAsync = v1::EchoService::WithRawMethod_Echo<
    v1::EchoService::WithRawMethod_EchoSlowly<v1::EchoService::Service>>;

// How a call of a method is asked for.
using Request = void (EchoAsync::*)(grpc::ServerContext*, grpc::ByteBuffer*,
                                    grpc::ServerAsyncResponseWriter<grpc::ByteBuffer>*,
                                    grpc::CompletionQueue*, grpc::ServerCompletionQueue*, void*);

// Calls of each method that wait for a request on each queue. More only cost memory.
constexpr int kWaiting = 512;

// What EchoSlowly takes.
constexpr absl::Duration kSlowly = absl::Milliseconds(20);

// One place where calls are served, one after the other.
//
// Waiting --OnAccepted--> [Delayed --OnDelayed-->] Finishing --OnFinished--> Waiting
class EchoCall {
 public:
  EchoCall(EchoAsync* service, Request request, grpc::ServerCompletionQueue* queue,
           absl::Duration delay)
      : service_(service), request_(request), queue_(queue), delay_(delay) {
    Wait();
  }

 private:
  // What gRPC wants anew for each call.
  struct Exchange {
    Exchange() : writer(&context) {}

    grpc::ServerContext context;
    grpc::ByteBuffer payload;
    grpc::ServerAsyncResponseWriter<grpc::ByteBuffer> writer;
  };

  void Wait() {
    exchange_.emplace();
    (service_->*request_)(&exchange_->context, &exchange_->payload, &exchange_->writer, queue_,
                          queue_, &accepted_);
  }

  void OnAccepted(bool ok) {
    if (!ok) return;
    if (delay_ == absl::ZeroDuration()) return Finish();
    alarm_.Set(queue_, absl::ToChronoTime(absl::Now() + delay_), &delayed_);
  }

  void OnDelayed(bool) { Finish(); }

  void Finish() { exchange_->writer.Finish(exchange_->payload, grpc::Status::OK, &finished_); }

  void OnFinished(bool) { Wait(); }

  EchoAsync* service_;
  Request request_;
  grpc::ServerCompletionQueue* queue_;
  absl::Duration delay_;
  std::optional<Exchange> exchange_;
  grpc::Alarm alarm_;
  engine::MemberOperation<EchoCall, &EchoCall::OnAccepted> accepted_{this};
  engine::MemberOperation<EchoCall, &EchoCall::OnDelayed> delayed_{this};
  engine::MemberOperation<EchoCall, &EchoCall::OnFinished> finished_{this};
};

void Serve(EchoAsync* service, grpc::ServerCompletionQueue* queue) {
  std::vector<std::unique_ptr<EchoCall>> calls;
  calls.reserve(2 * kWaiting);
  const absl::Duration delay = absl::GetFlag(FLAGS_delay);
  for (int i = 0; i < kWaiting; ++i) {
    calls.push_back(std::make_unique<EchoCall>(service, &EchoAsync::RequestEcho, queue, delay));
    calls.push_back(std::make_unique<EchoCall>(service, &EchoAsync::RequestEchoSlowly, queue,
                                               std::max(delay, kSlowly)));
  }
  void* tag;
  bool ok;
  while (queue->Next(&tag, &ok)) Deliver(tag, ok);
}

int Main() {
  EchoAsync service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  builder.SetMaxReceiveMessageSize(-1);
  if (const int streams = absl::GetFlag(FLAGS_max_streams); streams > 0) {
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, streams);
  }
  std::vector<std::unique_ptr<grpc::ServerCompletionQueue>> queues;
  const int queue_count = absl::GetFlag(FLAGS_workers);
  queues.reserve(queue_count);
  for (int i = 0; i < queue_count; ++i) {
    queues.push_back(builder.AddCompletionQueue());
  }
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    std::fprintf(stderr, "echo_backend: cannot listen on a loopback port\n");
    return 1;
  }
  std::vector<std::thread> workers;
  for (size_t i = 1; i < queues.size(); ++i) {
    workers.emplace_back(Serve, &service, queues[i].get());
  }
  std::printf("127.0.0.1:%d\n", port);
  std::fflush(stdout);
  Serve(&service, queues[0].get());
  return 0;
}

}  // namespace
}  // namespace gather::benchmarks

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  return gather::benchmarks::Main();
}
