#include "benchmarks/server_load.h"

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/async_unary_call.h>
#include <grpcpp/support/channel_arguments.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "benchmarks/deliver.h"
#include "engine/async/operation.h"

namespace gather::benchmarks {
namespace {

constexpr std::chrono::seconds kLongest(120);

v1::GatherRequest MakeRequest(const Load& load) {
  gather::v1::GatherRequest request;
  request.set_max_concurrency(load.calls);
  request.mutable_policy()->set_error_delivery(gather::v1::ERROR_DELIVERY_AS_RESPONSE);
  request.mutable_defaults()->set_method("/gather.benchmarks.v1.EchoService/Echo");
  request.mutable_calls()->Reserve(load.calls);
  for (int i = 0; i < load.calls; ++i) {
    gather::v1::SubCall* const call = request.add_calls();
    call->set_target(absl::StrCat("t", i % load.targets));
    call->set_request(std::string(load.payload_bytes, 'x'));
  }
  return request;
}

}  // namespace

// One gather after the other over one connection, while there are any left.
class ServerLoad::Rpc final : public engine::Operation {
 public:
  Rpc(ServerLoad* load, gather::v1::GatherService::Stub* stub) : load_(load), stub_(stub) {}

  void StartNext() {
    if (load_->unstarted_ == 0) return;
    --load_->unstarted_;
    exchange_ = std::make_unique<Exchange>();
    exchange_->context.set_deadline(std::chrono::system_clock::now() + kLongest);
    exchange_->reader = stub_->AsyncGather(&exchange_->context, load_->request_, &load_->queue_);
    exchange_->reader->Finish(&exchange_->response, &exchange_->status, this);
  }

  void OnDone(bool) override {
    load_->OnEnded(absl::Now() - exchange_->start, exchange_->status, exchange_->response);
    StartNext();
  }

 private:
  // What gRPC wants anew for each gather.
  struct Exchange {
    const absl::Time start = absl::Now();
    grpc::ClientContext context;
    gather::v1::GatherResponse response;
    grpc::Status status;
    std::unique_ptr<grpc::ClientAsyncResponseReader<gather::v1::GatherResponse>> reader;
  };

  ServerLoad* const load_;
  gather::v1::GatherService::Stub* const stub_;
  std::unique_ptr<Exchange> exchange_;
};

ServerLoad::~ServerLoad() {
  queue_.Shutdown();
  void* tag;
  bool ok;
  while (queue_.Next(&tag, &ok)) Deliver(tag, ok);
}

LoadTimes ServerLoad::Run(const Load& load) {
  Connect(load.connections);
  request_ = MakeRequest(load);
  unstarted_ = load.gathers;
  each_.clear();
  errors_ = {};
  const absl::Time start = absl::Now();
  std::deque<Rpc> running;
  for (int i = 0; i < load.at_once; ++i) {
    running.emplace_back(this, stubs_[i % load.connections].get()).StartNext();
  }
  void* tag;
  bool ok;
  for (std::int64_t i = 0; i < load.gathers && queue_.Next(&tag, &ok); ++i) Deliver(tag, ok);
  return Summarize(absl::Now() - start, std::move(each_), std::move(errors_));
}

void ServerLoad::Connect(int connections) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // else they would share one connection
  arguments.SetMaxReceiveMessageSize(-1);
  while (stubs_.size() < static_cast<std::size_t>(connections)) {
    stubs_.push_back(gather::v1::GatherService::NewStub(
        grpc::CreateCustomChannel(server_, grpc::InsecureChannelCredentials(), arguments)));
  }
}

void ServerLoad::OnEnded(absl::Duration took, const grpc::Status& status,
                         const gather::v1::GatherResponse& response) {
  each_.push_back(took);
  if (!status.ok()) {
    return errors_.Add(absl::StrCat("status ", status.error_code(), " ", status.error_message()));
  }
  if (response.outcomes_size() != request_.calls_size()) errors_.Add("outcomes are missing");
  for (const gather::v1::Outcome& outcome : response.outcomes()) {
    if (outcome.disposition() == gather::v1::DISPOSITION_SUCCEEDED) continue;
    errors_.Add(outcome.ShortDebugString());
  }
}

}  // namespace gather::benchmarks
