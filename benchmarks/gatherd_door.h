#ifndef BENCHMARKS_GATHERD_DOOR_H_
#define BENCHMARKS_GATHERD_DOOR_H_

#include <grpcpp/completion_queue.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "benchmarks/door.h"
#include "benchmarks/workload.h"
#include "gather/v1/gather.grpc.pb.h"

namespace gather::benchmarks {

// A gather through a server, as a user without the SDK writes it: the generated stub, one request
// message, one reply message. The server must know the backend as the target "echo" and, for shapes
// of two levels, another server as the target "inner", which knows the backend as "echo", too.
class GatherdDoor final : public Door {
 public:
  explicit GatherdDoor(const std::string& server);
  ~GatherdDoor() override;

  RunRecord Run(const Shape& shape, int64_t gathers) override;

 private:
  class Rpc;

  void Fill(gather::v1::GatherRequest* request);
  void FillWithEchoes(gather::v1::GatherRequest* request);
  void Check(const grpc::Status& status, const gather::v1::GatherResponse& response);
  void CheckOutcomes(const gather::v1::GatherResponse& response, int levels);

  std::unique_ptr<gather::v1::GatherService::Stub> stub_;
  grpc::CompletionQueue queue_;

  std::optional<Workload> workload_;
  RunRecord record_;
};

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_GATHERD_DOOR_H_
