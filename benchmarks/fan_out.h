#ifndef BENCHMARKS_FAN_OUT_H_
#define BENCHMARKS_FAN_OUT_H_

#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "benchmarks/door.h"
#include "benchmarks/hand_gather.h"
#include "benchmarks/workload.h"

namespace gather::benchmarks {

// The fan-out that a C++ user writes by hand: one thread, one completion queue, one channel with
// gRPC's default arguments, and HandGathers. What the doors of the product are compared with.
class FanOut final : public Door {
 public:
  enum class Launch {
    kAll,    // all calls of a gather, then drain: as people write it ("raw")
    kPaced,  // 32 calls, take what is ready, and so on ("paced")
  };

  // `middle` is the address of a hand-written MiddleService, for shapes of two levels.
  FanOut(const std::string& backend, const std::string& middle, Launch launch);
  ~FanOut() override;

  RunRecord Run(const Shape& shape, int64_t gathers) override;

 private:
  // Where one gather at a time runs; there are as many as run at once.
  struct Lane {
    Clock::time_point begun;
    std::unique_ptr<HandGather> gather;
  };

  void Begin(Lane* lane);
  HandCall NextCall();
  void LaunchNext();
  void TakeReady();
  void WaitForOne();
  void End(Lane* lane);

  const Launch launch_;
  grpc::GenericStub backend_;
  grpc::GenericStub middle_;
  grpc::CompletionQueue queue_;

  std::optional<Workload> workload_;
  RunRecord record_;
  int64_t unstarted_ = 0;
  std::deque<Lane*> launching_;
  std::deque<Lane*> ended_;
};

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_FAN_OUT_H_
