#include "benchmarks/gatherd_door.h"

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/async_unary_call.h>
#include <grpcpp/support/channel_arguments.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "benchmarks/deliver.h"
#include "engine/async/operation.h"

namespace gather::benchmarks {
namespace {

std::shared_ptr<grpc::Channel> Connect(const std::string& server) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  return grpc::CreateCustomChannel(server, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace

// One gather after the other, while there are any left.
class GatherdDoor::Rpc final : public engine::Operation {
 public:
  Rpc(GatherdDoor* door, int64_t* unstarted) : door_(door), unstarted_(unstarted) {}

  void StartNext() {
    if (*unstarted_ == 0) return;
    --*unstarted_;
    exchange_ = std::make_unique<Exchange>();
    exchange_->context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    exchange_->reader =
        door_->stub_->AsyncGather(&exchange_->context, door_->MakeRequest(), &door_->queue_);
    exchange_->reader->Finish(&exchange_->response, &exchange_->status, this);
  }

  void OnDone(bool) override {
    door_->Check(exchange_->status, exchange_->response);
    StartNext();
  }

 private:
  struct Exchange {
    grpc::ClientContext context;
    v1::GatherResponse response;
    grpc::Status status;
    std::unique_ptr<grpc::ClientAsyncResponseReader<v1::GatherResponse>> reader;
  };

  GatherdDoor* door_;
  int64_t* unstarted_;
  std::unique_ptr<Exchange> exchange_;
};

GatherdDoor::GatherdDoor(const std::string& server)
    : stub_(v1::GatherService::NewStub(Connect(server))) {}

GatherdDoor::~GatherdDoor() {
  queue_.Shutdown();
  void* tag;
  bool ok;
  while (queue_.Next(&tag, &ok)) Deliver(tag, ok);
}

Errors GatherdDoor::Run(const Shape& shape, int64_t gathers) {
  shape_ = shape;
  errors_ = {};
  int64_t unstarted = gathers;
  std::deque<Rpc> running;
  for (int i = 0; i < shape.at_once; ++i) running.emplace_back(this, &unstarted).StartNext();
  void* tag;
  bool ok;
  for (int64_t ended = 0; ended < gathers && queue_.Next(&tag, &ok); ++ended) Deliver(tag, ok);
  return errors_;
}

v1::GatherRequest GatherdDoor::MakeRequest() const {
  v1::SubCall call;
  call.set_target("echo");
  call.set_method("/gather.benchmarks.v1.EchoService/Echo");
  call.set_request(std::string(shape_.payload_bytes, 'x'));
  v1::GatherRequest request;
  request.mutable_policy()->set_error_delivery(v1::ERROR_DELIVERY_AS_RESPONSE);
  request.set_max_concurrency(shape_.calls);
  request.mutable_calls()->Reserve(shape_.calls);
  for (int i = 0; i < shape_.calls; ++i) *request.add_calls() = call;
  return request;
}

void GatherdDoor::Check(const grpc::Status& status, const v1::GatherResponse& response) {
  if (!status.ok() || response.outcomes_size() != shape_.calls) {
    errors_.Add(absl::StrCat("gather: status ", status.error_code(), " ", status.error_message(),
                             ", ", response.outcomes_size(), " outcomes"));
    return;
  }
  for (const v1::Outcome& outcome : response.outcomes()) {
    if (outcome.disposition() == v1::DISPOSITION_SUCCEEDED &&
        outcome.response().size() == static_cast<size_t>(shape_.payload_bytes)) {
      continue;
    }
    errors_.Add(absl::StrCat("call ", outcome.index(), ": ", outcome.ShortDebugString()));
  }
}

}  // namespace gather::benchmarks
