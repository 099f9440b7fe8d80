#include "benchmarks/fan_out.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "benchmarks/deliver.h"
#include "benchmarks/reply_check.h"

namespace gather::benchmarks {
namespace {

constexpr int kQuantum = 32;

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  return grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
}

}  // namespace

FanOut::FanOut(const std::string& backend, const std::string& middle, Launch launch)
    : launch_(launch),
      backend_(Connect(backend)),
      middle_(middle.empty() ? nullptr : Connect(middle)) {}

FanOut::~FanOut() {
  queue_.Shutdown();
  void* tag;
  bool ok;
  while (queue_.Next(&tag, &ok)) Deliver(tag, ok);
}

RunRecord FanOut::Run(const Shape& shape, int64_t gathers) {
  workload_.emplace(shape);
  record_ = {};
  unstarted_ = gathers;
  std::deque<Lane> lanes(std::min<int64_t>(shape.at_once, gathers));
  for (Lane& lane : lanes) Begin(&lane);
  while (record_.durations.size() < static_cast<size_t>(gathers)) {
    if (launching_.empty()) {
      WaitForOne();
    } else {
      LaunchNext();
    }
    for (; !ended_.empty(); ended_.pop_front()) End(ended_.front());
  }
  return std::move(record_);
}

void FanOut::Begin(Lane* lane) {
  if (unstarted_ == 0) return;
  --unstarted_;
  lane->begun = Clock::now();
  const Shape& shape = workload_->shape();
  lane->gather = std::make_unique<HandGather>(
      shape.levels == 2 ? &middle_ : &backend_, &queue_, shape.calls, [this] { return NextCall(); },
      [this, lane] { ended_.push_back(lane); });
  launching_.push_back(lane);
}

HandCall FanOut::NextCall() {
  if (workload_->shape().levels == 2) {
    return {kFanOut, grpc::Slice(workload_->NextFanOut().SerializeAsString())};
  }
  return {workload_->NextMethod(), grpc::Slice(workload_->payload())};
}

void FanOut::LaunchNext() {
  HandGather& gather = *launching_.front()->gather;
  gather.Launch(launch_ == Launch::kAll ? std::numeric_limits<int>::max() : kQuantum);
  if (gather.launched()) launching_.pop_front();
  if (launch_ == Launch::kPaced && !launching_.empty()) TakeReady();
}

void FanOut::TakeReady() {
  const gpr_timespec past = gpr_inf_past(GPR_CLOCK_MONOTONIC);
  void* tag;
  bool ok;
  while (queue_.AsyncNext(&tag, &ok, past) == grpc::CompletionQueue::GOT_EVENT) Deliver(tag, ok);
}

void FanOut::WaitForOne() {
  void* tag;
  bool ok;
  if (queue_.Next(&tag, &ok)) Deliver(tag, ok);
}

void FanOut::End(Lane* lane) {
  HandGather& gather = *lane->gather;
  if (gather.failures() > 0) {
    record_.errors.Add({gather.failures(), absl::StrCat("status ", gather.status().error_code(),
                                                        " ", gather.status().error_message())});
  } else {
    for (grpc::ByteBuffer& reply : gather.replies()) {
      std::string wrong = CheckReply(workload_->shape(), &reply);
      if (!wrong.empty()) record_.errors.Add(std::move(wrong));
    }
  }
  lane->gather.reset();
  record_.durations.push_back(Clock::now() - lane->begun);
  Begin(lane);
}

}  // namespace gather::benchmarks
