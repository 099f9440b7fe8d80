#include "engine/async/grpc_queue.h"

#include <grpc/support/time.h>

#include <utility>

namespace gather::engine {
namespace {

constexpr Duration kLookEvery = std::chrono::milliseconds(3);

}  // namespace

gpr_timespec ToTimespec(Time time) {
  if (time == kNever) return gpr_inf_future(GPR_CLOCK_MONOTONIC);
  if (time == kPast) return gpr_inf_past(GPR_CLOCK_MONOTONIC);
  const auto nanos = std::chrono::duration_cast<Duration>(time.time_since_epoch()).count();
  constexpr auto kPerSecond = Duration(std::chrono::seconds(1)).count();
  return {nanos / kPerSecond, static_cast<int32_t>(nanos % kPerSecond), GPR_CLOCK_MONOTONIC};
}

Time FromTimespec(gpr_timespec deadline) {
  const gpr_timespec monotonic = gpr_convert_clock_type(deadline, GPR_CLOCK_MONOTONIC);
  constexpr int64_t kMaxSeconds = 1'000'000'000;  // 31 years: whatever is later never comes
  if (monotonic.tv_sec > kMaxSeconds) return kNever;
  if (monotonic.tv_sec < 0) return kPast;
  return Time(std::chrono::seconds(monotonic.tv_sec) + Duration(monotonic.tv_nsec));
}

GrpcQueue::GrpcQueue(std::unique_ptr<grpc::CompletionQueue> queue) : queue_(std::move(queue)) {}

EventQueue::Event GrpcQueue::Next(Time deadline) {
  void* tag = nullptr;
  bool ok = false;
  auto status = queue_->AsyncNext(&tag, &ok, ToTimespec(deadline));
  if (status == grpc::CompletionQueue::TIMEOUT && LooksAgain()) {
    status = queue_->AsyncNext(&tag, &ok, ToTimespec(deadline));
  }
  switch (status) {
    case grpc::CompletionQueue::TIMEOUT:
      return {Kind::kTimeout};
    case grpc::CompletionQueue::SHUTDOWN:
      return {Kind::kShutdown};
    case grpc::CompletionQueue::GOT_EVENT:
      break;
  }
  idle_ = false;
  auto* operation = static_cast<Operation*>(tag);
  if (operation == &wake_up_) return {Kind::kWoken};
  return {Kind::kCompletion, operation, ok};
}

bool GrpcQueue::LooksAgain() {
  if (std::exchange(idle_, true)) return false;
  const Time now = Now();
  if (now < next_look_) return false;
  next_look_ = now + kLookEvery;
  return true;
}

Time GrpcQueue::Now() { return std::chrono::steady_clock::now(); }

void GrpcQueue::Wake() {
  std::lock_guard<std::mutex> lock(wake_mutex_);
  if (shut_down_) return;
  wake_alarm_.Set(queue_.get(), ToTimespec(kPast), &wake_up_);
}

void GrpcQueue::Shutdown() {
  std::lock_guard<std::mutex> lock(wake_mutex_);
  shut_down_ = true;
  queue_->Shutdown();
}

void GrpcQueue::WakeUp::OnDone(bool /*ok*/) {}

}  // namespace gather::engine
