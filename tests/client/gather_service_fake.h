#ifndef GATHER_TESTS_CLIENT_GATHER_SERVICE_FAKE_H_
#define GATHER_TESTS_CLIENT_GATHER_SERVICE_FAKE_H_

#include <grpcpp/server.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>

#include <functional>
#include <memory>
#include <string>

#include "gather/v1/gather.grpc.pb.h"
#include "gather/v1/gather.pb.h"

namespace gather::test {

// A gather server in this process whose answers the test writes. The handler runs on gRPC's
// threads and may block.
class GatherServiceFake final : public v1::GatherService::Service {
 public:
  using Handler = std::function<grpc::Status(grpc::ServerContext&, const v1::GatherRequest&,
                                             v1::GatherResponse*)>;

  explicit GatherServiceFake(Handler handler);
  ~GatherServiceFake() override;

  // "127.0.0.1:PORT".
  const std::string& address() const { return address_; }

 private:
  grpc::Status Gather(grpc::ServerContext* context, const v1::GatherRequest* request,
                      v1::GatherResponse* response) override;

  const Handler handler_;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace gather::test

#endif  // GATHER_TESTS_CLIENT_GATHER_SERVICE_FAKE_H_
