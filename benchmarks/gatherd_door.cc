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

// One gather after the other, while there are any left. The messages are used again, as protobuf
// advises, or each gather would allocate its payloads anew, twice.
class GatherdDoor::Rpc final : public engine::Operation {
 public:
  Rpc(GatherdDoor* door, int64_t* unstarted) : door_(door), unstarted_(unstarted) {}

  void StartNext() {
    if (*unstarted_ == 0) return;
    --*unstarted_;
    begun_ = Clock::now();
    exchange_ = std::make_unique<Exchange>();
    request_.Clear();
    door_->Fill(&request_);
    exchange_->context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    exchange_->reader = door_->stub_->AsyncGather(&exchange_->context, request_, &door_->queue_);
    exchange_->reader->Finish(&response_, &exchange_->status, this);
  }

  void OnDone(bool) override {
    door_->Check(exchange_->status, response_);
    exchange_.reset();
    door_->record_.durations.push_back(Clock::now() - begun_);
    StartNext();
  }

 private:
  struct Exchange {
    grpc::ClientContext context;
    grpc::Status status;
    std::unique_ptr<grpc::ClientAsyncResponseReader<gather::v1::GatherResponse>> reader;
  };

  GatherdDoor* door_;
  int64_t* unstarted_;
  Clock::time_point begun_;
  gather::v1::GatherRequest request_;
  gather::v1::GatherResponse response_;
  std::unique_ptr<Exchange> exchange_;
};

GatherdDoor::GatherdDoor(const std::string& server)
    : stub_(gather::v1::GatherService::NewStub(Connect(server))) {}

GatherdDoor::~GatherdDoor() {
  queue_.Shutdown();
  void* tag;
  bool ok;
  while (queue_.Next(&tag, &ok)) Deliver(tag, ok);
}

RunRecord GatherdDoor::Run(const Shape& shape, int64_t gathers) {
  workload_.emplace(shape);
  record_ = {};
  int64_t unstarted = gathers;
  std::deque<Rpc> running;
  for (int i = 0; i < shape.at_once; ++i) running.emplace_back(this, &unstarted).StartNext();
  void* tag;
  bool ok;
  for (int64_t ended = 0; ended < gathers && queue_.Next(&tag, &ok); ++ended) Deliver(tag, ok);
  return std::move(record_);
}

void GatherdDoor::Fill(gather::v1::GatherRequest* request) {
  if (workload_->shape().levels == 1) return FillWithEchoes(request);
  const int calls = workload_->shape().calls;
  request->mutable_policy()->set_error_delivery(gather::v1::ERROR_DELIVERY_AS_RESPONSE);
  request->set_max_concurrency(calls);
  for (int i = 0; i < calls; ++i) {
    gather::v1::GatherRequest inner;
    FillWithEchoes(&inner);
    gather::v1::SubCall* const call = request->add_calls();
    call->set_target("inner");
    call->set_method("/gather.v1.GatherService/Gather");
    call->set_request(inner.SerializeAsString());
  }
}

void GatherdDoor::FillWithEchoes(gather::v1::GatherRequest* request) {
  const Shape& shape = workload_->shape();
  request->mutable_policy()->set_error_delivery(gather::v1::ERROR_DELIVERY_AS_RESPONSE);
  request->set_max_concurrency(shape.calls);
  request->mutable_calls()->Reserve(shape.calls);
  for (int i = 0; i < shape.calls; ++i) {
    gather::v1::SubCall* const call = request->add_calls();
    call->set_target("echo");
    call->set_method(workload_->NextMethod());
    call->set_request(workload_->payload());
  }
}

void GatherdDoor::Check(const grpc::Status& status, const gather::v1::GatherResponse& response) {
  if (status.ok()) return CheckOutcomes(response, workload_->shape().levels);
  record_.errors.Add(
      absl::StrCat("gather: status ", status.error_code(), " ", status.error_message()));
}

void GatherdDoor::CheckOutcomes(const gather::v1::GatherResponse& response, int levels) {
  const Shape& shape = workload_->shape();
  if (response.outcomes_size() != shape.calls) {
    return record_.errors.Add(absl::StrCat(response.outcomes_size(), " outcomes"));
  }
  for (const gather::v1::Outcome& outcome : response.outcomes()) {
    if (outcome.disposition() != gather::v1::DISPOSITION_SUCCEEDED) {
      record_.errors.Add(absl::StrCat("call ", outcome.index(), ": ", outcome.ShortDebugString()));
    } else if (levels == 2) {
      gather::v1::GatherResponse inner;
      if (!inner.ParseFromString(outcome.response())) {
        record_.errors.Add("an unreadable inner answer");
      }
      CheckOutcomes(inner, 1);
    } else if (outcome.response().size() != static_cast<size_t>(shape.payload_bytes)) {
      record_.errors.Add(absl::StrCat("a reply of ", outcome.response().size(), " bytes"));
    }
  }
}

}  // namespace gather::benchmarks
