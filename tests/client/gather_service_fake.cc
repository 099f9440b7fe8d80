#include "tests/client/gather_service_fake.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gather/grpc_hold.h"

namespace gather::test {

GatherServiceFake::GatherServiceFake(Handler handler) : handler_(std::move(handler)) {
  internal::HoldGrpc();
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
  address_ = absl::StrCat("127.0.0.1:", port);
}

GatherServiceFake::~GatherServiceFake() { server_->Shutdown(std::chrono::system_clock::now()); }

grpc::Status GatherServiceFake::Gather(grpc::ServerContext* context,
                                       const v1::GatherRequest* request,
                                       v1::GatherResponse* response) {
  return handler_(*context, *request, response);
}

}  // namespace gather::test
