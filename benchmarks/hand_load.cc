#include "benchmarks/hand_load.h"

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/slice.h>
#include <grpcpp/support/status.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace gather::benchmarks {

struct HandLoad::HandCall {
  grpc::ClientContext context;
  grpc::ByteBuffer reply;
  grpc::Status status;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader;
};

HandLoad::HandLoad(const std::vector<std::string>& backends) {
  for (const std::string& backend : backends) {
    stubs_.push_back(std::make_unique<grpc::GenericStub>(
        grpc::CreateChannel(backend, grpc::InsecureChannelCredentials())));
  }
}

HandLoad::~HandLoad() {
  queue_.Shutdown();
  void* tag;
  bool ok;
  while (queue_.Next(&tag, &ok)) continue;
}

LoadTimes HandLoad::Run(const Load& load) {
  const grpc::Slice payload(std::string(load.payload_bytes, 'x'));
  const grpc::ByteBuffer request(&payload, 1);
  std::vector<absl::Duration> each;
  Errors errors;
  const absl::Time start = absl::Now();
  for (std::int64_t i = 0; i < load.gathers; ++i) {
    const absl::Time begin = absl::Now();
    FanOut(load, request, &errors);
    each.push_back(absl::Now() - begin);
  }
  return Summarize(absl::Now() - start, std::move(each), std::move(errors));
}

void HandLoad::FanOut(const Load& load, const grpc::ByteBuffer& request, Errors* errors) {
  std::deque<HandCall> calls;
  for (int i = 0; i < load.calls; ++i) {
    HandCall& call = calls.emplace_back();
    call.context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    call.reader = stubs_[i % load.targets]->PrepareUnaryCall(
        &call.context, "/gather.benchmarks.v1.EchoService/Echo", request, &queue_);
    call.reader->StartCall();
    call.reader->Finish(&call.reply, &call.status, &call);
  }
  void* tag;
  bool ok;
  for (int i = 0; i < load.calls && queue_.Next(&tag, &ok); ++i) {
    const grpc::Status& status = static_cast<HandCall*>(tag)->status;
    if (!status.ok()) errors->Add(status.error_message());
  }
}

}  // namespace gather::benchmarks
