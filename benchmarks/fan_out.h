#ifndef BENCHMARKS_FAN_OUT_H_
#define BENCHMARKS_FAN_OUT_H_

#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "benchmarks/door.h"

namespace gather::benchmarks {

// The fan-out that a C++ user writes by hand: one thread, one completion queue, one channel with
// gRPC's default arguments, byte buffers, a 30 s deadline on each call, a context and a reply per
// call, replies kept in request order. What the doors of the product are compared with.
class FanOut final : public Door {
 public:
  enum class Launch {
    kAll,    // all calls of a gather, then drain: as people write it ("raw")
    kPaced,  // 32 calls, take what is ready, and so on ("paced")
  };

  FanOut(const std::string& backend, Launch launch);
  ~FanOut() override;

  Errors Run(const Shape& shape, int64_t gathers) override;

 private:
  class Call;
  class HandGather;

  void LaunchNext();
  void TakeReady();
  void WaitForOne();
  void OnGatherEnded(HandGather* gather);

  const Launch launch_;
  grpc::GenericStub stub_;
  grpc::CompletionQueue queue_;

  std::string payload_;
  Errors errors_;
  int64_t unstarted_ = 0;
  int64_t unended_ = 0;
  std::deque<HandGather*> launching_;
  // The call that ended last: kept until the next one ends, so that no call is freed while its own
  // completion is being delivered.
  std::unique_ptr<Call> ended_call_;
};

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_FAN_OUT_H_
