#ifndef BENCHMARKS_HAND_LOAD_H_
#define BENCHMARKS_HAND_LOAD_H_

#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include <memory>
#include <string>
#include <vector>

#include "benchmarks/load.h"

namespace gather::benchmarks {

// Fan-outs over many backends as people write them by hand: one thread, one completion queue, a
// channel with gRPC's default arguments to each backend, all calls launched, then drained. One
// fan-out at a time, whatever the load says.
class HandLoad final : public Loader {
 public:
  explicit HandLoad(const std::vector<std::string>& backends);
  ~HandLoad() override;

  LoadTimes Run(const Load& load) override;

 private:
  struct HandCall;

  void FanOut(const Load& load, const grpc::ByteBuffer& request, Errors* errors);

  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;
  grpc::CompletionQueue queue_;
};

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_HAND_LOAD_H_
