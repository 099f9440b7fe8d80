#include "tests/client/gather_service_fake.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gather/grpc_hold.h"

namespace gather::test {
namespace {

grpc::Status Unimplemented() {
  return {grpc::StatusCode::UNIMPLEMENTED, "the test has no handler"};
}

}  // namespace

GatherServiceFake::GatherServiceFake(Handlers handlers) : handlers_(std::move(handlers)) {
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
  return handlers_.gather ? handlers_.gather(*context, *request, response) : Unimplemented();
}

grpc::Status GatherServiceFake::AsCompleted(grpc::ServerContext* context,
                                            const v1::GatherRequest* request, Events* events) {
  if (!handlers_.as_completed) return Unimplemented();
  return handlers_.as_completed(*context, *request, *events);
}

grpc::Status GatherServiceFake::TaskGroup(grpc::ServerContext* context, Group* group) {
  return handlers_.task_group ? handlers_.task_group(*context, *group) : Unimplemented();
}

}  // namespace gather::test
