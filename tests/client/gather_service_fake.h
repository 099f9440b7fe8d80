#ifndef GATHER_TESTS_CLIENT_GATHER_SERVICE_FAKE_H_
#define GATHER_TESTS_CLIENT_GATHER_SERVICE_FAKE_H_

#include <grpcpp/server.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>
#include <grpcpp/support/sync_stream.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "gather/v1/gather.grpc.pb.h"
#include "gather/v1/gather.pb.h"

namespace gather::test {

// A gather server in this process whose answers the test writes. The handlers run on gRPC's threads
// and may block. An RPC without its handler is UNIMPLEMENTED.
class GatherServiceFake final : public v1::GatherService::Service {
 public:
  using Events = grpc::ServerWriter<v1::GatherEvent>;
  using Group = grpc::ServerReaderWriter<v1::TaskGroupResponse, v1::TaskGroupRequest>;
  using Handler = std::function<grpc::Status(grpc::ServerContext&, const v1::GatherRequest&,
                                             v1::GatherResponse*)>;
  using StreamHandler =
      std::function<grpc::Status(grpc::ServerContext&, const v1::GatherRequest&, Events&)>;
  using GroupHandler = std::function<grpc::Status(grpc::ServerContext&, Group&)>;

  struct Handlers {
    Handler gather;
    StreamHandler as_completed;
    GroupHandler task_group;
  };

  explicit GatherServiceFake(Handlers handlers);
  explicit GatherServiceFake(Handler gather)
      : GatherServiceFake(Handlers{std::move(gather), nullptr, nullptr}) {}
  ~GatherServiceFake() override;

  // "127.0.0.1:PORT".
  const std::string& address() const { return address_; }

 private:
  grpc::Status Gather(grpc::ServerContext* context, const v1::GatherRequest* request,
                      v1::GatherResponse* response) override;
  grpc::Status AsCompleted(grpc::ServerContext* context, const v1::GatherRequest* request,
                           Events* events) override;
  grpc::Status TaskGroup(grpc::ServerContext* context, Group* group) override;

  const Handlers handlers_;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace gather::test

#endif  // GATHER_TESTS_CLIENT_GATHER_SERVICE_FAKE_H_
