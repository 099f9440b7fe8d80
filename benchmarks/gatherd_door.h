#ifndef BENCHMARKS_GATHERD_DOOR_H_
#define BENCHMARKS_GATHERD_DOOR_H_

#include <grpcpp/completion_queue.h>

#include <cstdint>
#include <memory>
#include <string>

#include "benchmarks/door.h"
#include "gather/v1/gather.grpc.pb.h"

namespace gather::benchmarks {

// A gather through a server, as a user without the SDK writes it: the generated stub, one request
// message, one reply message. The server must know the backend as the target "echo".
class GatherdDoor final : public Door {
 public:
  explicit GatherdDoor(const std::string& server);
  ~GatherdDoor() override;

  Errors Run(const Shape& shape, int64_t gathers) override;

 private:
  class Rpc;

  v1::GatherRequest MakeRequest() const;
  void Check(const grpc::Status& status, const v1::GatherResponse& response);

  std::unique_ptr<v1::GatherService::Stub> stub_;
  grpc::CompletionQueue queue_;

  Shape shape_;
  Errors errors_;
};

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_GATHERD_DOOR_H_
