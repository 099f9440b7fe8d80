#ifndef BENCHMARKS_CALLBACK_DOOR_H_
#define BENCHMARKS_CALLBACK_DOOR_H_

#include <grpcpp/generic/generic_stub.h>

#include <cstdint>
#include <string>

#include "benchmarks/door.h"

namespace gather::benchmarks {

// The fan-out that a C++ user writes by hand over gRPC's callback API: one channel with gRPC's
// default arguments, byte buffers, a context, a reply and a 30 s deadline for each call, replies
// kept in request order. gRPC's own threads run the callbacks; the last one of a gather ends it
// and, where several run at once, starts the next.
class CallbackDoor final : public Door {
 public:
  // `middle` is the address of a hand-written MiddleService, for shapes of two levels.
  CallbackDoor(const std::string& backend, const std::string& middle);

  RunRecord Run(const Shape& shape, int64_t gathers) override;

 private:
  class OneGather;
  class OneRun;

  grpc::GenericStub backend_;
  grpc::GenericStub middle_;
};

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_CALLBACK_DOOR_H_
