#include "examples/open_calls.h"

#include <grpc/support/time.h>
#include <grpcpp/alarm.h>

#include <algorithm>

namespace demo {

// One call: its time is an alarm, and a caller who gives up sets it off early.
class OpenCalls::Call final : public grpc::ServerUnaryReactor {
 public:
  Call(OpenCalls* owner, const grpc::Status& status) : owner_(owner), status_(status) {}

  void Start(std::chrono::milliseconds delay) {
    const gpr_timespec due = gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                                          gpr_time_from_millis(delay.count(), GPR_TIMESPAN));
    alarm_.Set(due, [this](bool is_due) {
      // Counted before the answer goes out: the caller may send the next call at once.
      owner_->Leave(/*cancelled=*/!is_due);
      Finish(is_due ? status_ : grpc::Status::CANCELLED);
    });
  }

 private:
  void OnCancel() override { alarm_.Cancel(); }
  void OnDone() override { owner_->Forget(this); }

  OpenCalls* const owner_;
  const grpc::Status status_;
  grpc::Alarm alarm_;
};

OpenCalls::OpenCalls() = default;
OpenCalls::~OpenCalls() = default;

grpc::ServerUnaryReactor* OpenCalls::Answer(const grpc::Status& status,
                                            std::chrono::milliseconds delay) {
  auto owned = std::make_unique<Call>(this, status);
  Call* const call = owned.get();
  {
    const std::lock_guard lock(mutex_);
    calls_.emplace(call, std::move(owned));
    ++counts_.calls;
    counts_.max_in_flight = std::max(counts_.max_in_flight, ++in_flight_);
  }
  call->Start(delay);
  return call;
}

OpenCalls::Counts OpenCalls::Await(std::uint32_t cancelled,
                                   std::chrono::system_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, deadline, [&] { return counts_.cancelled >= cancelled; });
  return counts_;
}

void OpenCalls::Leave(bool cancelled) {
  const std::lock_guard lock(mutex_);
  --in_flight_;
  if (!cancelled) return;
  ++counts_.cancelled;
  changed_.notify_all();
}

void OpenCalls::Forget(Call* call) {
  std::unique_ptr<Call> done;
  const std::lock_guard lock(mutex_);
  const auto found = calls_.find(call);
  done = std::move(found->second);
  calls_.erase(found);
}

}  // namespace demo
