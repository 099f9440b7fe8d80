// What stands in the middle of a two-level fan-out: a service whose every call is itself a gather
// of calls to the echo backend.
//
//   middle --backend=ADDRESS --means=hand|embedded
//
// hand: one thread, one completion queue for the server and for its calls, all calls of a gather
// launched, then drained. embedded: a server with one queue and thread, and the SDK with an engine
// in this process. It listens on a free loopback port and prints one line on standard output,
// `ADDRESS:PORT`. It runs until it is killed.

#include <grpcpp/completion_queue.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/async_unary_call.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/status/statusor.h"
#include "benchmarks/deliver.h"
#include "benchmarks/echo.pb.h"
#include "benchmarks/hand_gather.h"
#include "benchmarks/middle.grpc.pb.h"
#include "benchmarks/workload.h"
#include "engine/async/operation.h"
#include "gather/gather.h"

ABSL_FLAG(std::string, backend, "", "Address of the echo backend.");
ABSL_FLAG(std::string, means, "hand", "What makes its gathers: hand or embedded.");

namespace gather::benchmarks {
namespace {

// Calls that wait for a request. More only cost memory.
constexpr int kWaiting = 64;

// One call of the service, as the server has received it.
struct Exchange {
  Exchange() : writer(&context) {}

  grpc::ServerContext context;
  v1::FanOutRequest request;
  v1::FanOutResponse response;
  grpc::ServerAsyncResponseWriter<v1::FanOutResponse> writer;
};

// Makes the gather of one call at a time.
class Means {
 public:
  virtual ~Means() = default;

  // Fills the response in and then, in any thread, finishes the call with that tag.
  virtual void Serve(Exchange* exchange, void* finished) = 0;
};

const char* MethodOf(const v1::FanOutRequest& request, uint32_t index) {
  const auto& slow = request.slow();
  return std::binary_search(slow.begin(), slow.end(), index) ? kEchoSlowly : kEcho;
}

class HandMeans final : public Means {
 public:
  HandMeans(grpc::GenericStub* stub, grpc::CompletionQueue* queue) : stub_(stub), queue_(queue) {}

  void Serve(Exchange* exchange, void* finished) override {
    launched_ = 0;
    gather_.emplace(
        stub_, queue_, exchange->request.calls(), [this, exchange] { return NextCall(*exchange); },
        [this, exchange, finished] { Finish(exchange, finished); });
    gather_->Launch(std::numeric_limits<size_t>::max());
  }

 private:
  HandCall NextCall(const Exchange& exchange) {
    return {MethodOf(exchange.request, launched_++), grpc::Slice(exchange.request.payload())};
  }

  void Finish(Exchange* exchange, void* finished) {
    grpc::Status status = gather_->status();
    for (const grpc::ByteBuffer& reply : gather_->replies()) {
      grpc::Slice bytes;
      if (status.ok()) status = reply.DumpToSingleSlice(&bytes);
      exchange->response.add_replies(reinterpret_cast<const char*>(bytes.begin()), bytes.size());
    }
    exchange->writer.Finish(exchange->response, status, finished);
  }

  grpc::GenericStub* const stub_;
  grpc::CompletionQueue* const queue_;
  std::optional<HandGather> gather_;
  uint32_t launched_ = 0;
};

class EmbeddedMeans final : public Means {
 public:
  explicit EmbeddedMeans(Client client) : client_(std::move(client)) {}

  void Serve(Exchange* exchange, void* finished) override {
    v1::EchoRequest echo;
    echo.set_payload(exchange->request.payload());
    std::vector<Call<v1::EchoResponse>> calls;
    calls.reserve(exchange->request.calls());
    for (uint32_t i = 0; i < exchange->request.calls(); ++i) {
      calls.emplace_back("echo", MethodOf(exchange->request, i), echo);
    }
    AsyncGather(client_, Options::FromServerContext(exchange->context), std::move(calls))
        .Then([exchange, finished](absl::StatusOr<std::vector<v1::EchoResponse>> replies) {
          Finish(std::move(replies), exchange, finished);
        });
  }

 private:
  static void Finish(absl::StatusOr<std::vector<v1::EchoResponse>> replies, Exchange* exchange,
                     void* finished) {
    if (!replies.ok()) {
      const grpc::Status status(static_cast<grpc::StatusCode>(replies.status().code()),
                                std::string(replies.status().message()));
      return exchange->writer.FinishWithError(status, finished);
    }
    for (v1::EchoResponse& reply : *replies) {
      exchange->response.add_replies(std::move(*reply.mutable_payload()));
    }
    exchange->writer.Finish(exchange->response, grpc::Status::OK, finished);
  }

  const Client client_;
};

// One place where calls are served, one after the other.
//
// Waiting --OnAccepted--> Gathering --the gather's end--> Finishing --OnFinished--> Waiting
class FanOutCall {
 public:
  FanOutCall(v1::MiddleService::AsyncService* service, grpc::ServerCompletionQueue* queue,
             std::unique_ptr<Means> means)
      : service_(service), queue_(queue), means_(std::move(means)) {
    Wait();
  }

 private:
  void Wait() {
    exchange_.emplace();
    service_->RequestFanOut(&exchange_->context, &exchange_->request, &exchange_->writer, queue_,
                            queue_, &accepted_);
  }

  void OnAccepted(bool ok) {
    if (ok) means_->Serve(&*exchange_, &finished_);
  }

  void OnFinished(bool) { Wait(); }

  v1::MiddleService::AsyncService* service_;
  grpc::ServerCompletionQueue* queue_;
  std::unique_ptr<Means> means_;
  std::optional<Exchange> exchange_;
  engine::MemberOperation<FanOutCall, &FanOutCall::OnAccepted> accepted_{this};
  engine::MemberOperation<FanOutCall, &FanOutCall::OnFinished> finished_{this};
};

// Makes the means of one place after the other; null if there are none of that name.
std::function<std::unique_ptr<Means>()> MeansOf(const std::string& name, grpc::GenericStub* stub,
                                                grpc::CompletionQueue* queue) {
  if (name == "hand") return [=] { return std::make_unique<HandMeans>(stub, queue); };
  if (name != "embedded") return nullptr;
  EmbeddedOptions options;
  options.targets = {{"echo", absl::GetFlag(FLAGS_backend)}};
  const absl::StatusOr<Client> client = Client::Embedded(options);
  if (!client.ok()) return nullptr;
  return [client = *client] { return std::make_unique<EmbeddedMeans>(client); };
}

int Main() {
  v1::MiddleService::AsyncService service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::ServerCompletionQueue> queue = builder.AddCompletionQueue();
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  grpc::GenericStub stub(
      grpc::CreateChannel(absl::GetFlag(FLAGS_backend), grpc::InsecureChannelCredentials()));
  const auto make_means = MeansOf(absl::GetFlag(FLAGS_means), &stub, queue.get());
  if (server == nullptr || port == 0 || make_means == nullptr) {
    std::fprintf(stderr, "middle: cannot listen, or no such means or backend\n");
    return 1;
  }
  std::vector<std::unique_ptr<FanOutCall>> calls;
  calls.reserve(kWaiting);
  for (int i = 0; i < kWaiting; ++i) {
    calls.push_back(std::make_unique<FanOutCall>(&service, queue.get(), make_means()));
  }
  std::printf("127.0.0.1:%d\n", port);
  std::fflush(stdout);
  void* tag;
  bool ok;
  while (queue->Next(&tag, &ok)) Deliver(tag, ok);
  return 0;
}

}  // namespace
}  // namespace gather::benchmarks

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  return gather::benchmarks::Main();
}
