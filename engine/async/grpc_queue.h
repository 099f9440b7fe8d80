#ifndef GATHER_ENGINE_ASYNC_GRPC_QUEUE_H_
#define GATHER_ENGINE_ASYNC_GRPC_QUEUE_H_

#include <grpcpp/alarm.h>
#include <grpcpp/completion_queue.h>

#include <memory>
#include <mutex>

#include "engine/async/event_queue.h"

namespace gather::engine {

// An EventQueue over a gRPC completion queue. Every tag on that queue must be an Operation*.
class GrpcQueue final : public EventQueue {
 public:
  explicit GrpcQueue(std::unique_ptr<grpc::CompletionQueue> queue);

  Event Next(Time deadline) override;
  Time Now() override;
  void Wake() override;
  void Shutdown() override;

  // For starting operations on.
  grpc::CompletionQueue* queue() { return queue_.get(); }

 private:
  class WakeUp final : public Operation {
   public:
    void OnDone(bool ok) override;
  };

  // An operation that ends on the polling thread itself, as a cancelled call does, makes gRPC's
  // next look at the network return without having looked. Whoever ends operations quantum by
  // quantum would never see what others sent; so now and then a time-out that follows an event is
  // asked for twice. Not each time: that costs a gather of 100 calls a tenth of its speed.
  bool LooksAgain();

  const std::unique_ptr<grpc::CompletionQueue> queue_;
  WakeUp wake_up_;
  bool idle_ = true;  // no event since the last time-out
  Time next_look_ = kPast;
  // An alarm may be set again once its tag has come, but not by two at once.
  std::mutex wake_mutex_;
  grpc::Alarm wake_alarm_;
  bool shut_down_ = false;
};

// `time` on gRPC's monotonic clock.
gpr_timespec ToTimespec(Time time);

// A gRPC deadline of any clock on ours; kNever for infinity.
Time FromTimespec(gpr_timespec deadline);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_ASYNC_GRPC_QUEUE_H_
