#include "server/other_calls.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "engine/gather_id.h"
#include "engine/refusal.h"
#include "engine/rpc_status.h"

namespace gather::server {
namespace {

grpc::Status NotYet(absl::string_view rpc, grpc::ServerContext* context) {
  context->AddTrailingMetadata("gather-id", engine::NewGatherId());
  const engine::Refusal refusal{
      static_cast<int>(grpc::StatusCode::UNIMPLEMENTED),
      "NOT_YET",
      absl::StrCat(rpc, ": this version of the server has no such RPC; use Gather"),
      {{"field", std::string(rpc)}}};
  const engine::RpcStatus status = engine::ToRpcStatus(refusal);
  return {static_cast<grpc::StatusCode>(status.code), status.message, status.details};
}

}  // namespace

void CapabilitiesCall::Await() {
  worker_->gather_service()->RequestGetCapabilities(context(), &request_, &responder_,
                                                    worker_->queue(), worker_->queue(), accepted());
}

void CapabilitiesCall::OnAccepted() {
  worker_->Await<CapabilitiesCall>();
  context()->AddTrailingMetadata("gather-id", engine::NewGatherId());
  Starting();
  const grpc::Slice bytes(worker_->capabilities());
  responder_.Finish(grpc::ByteBuffer(&bytes, 1), grpc::Status::OK, &finished_);
}

void AsCompletedCall::Await() {
  worker_->gather_service()->RequestAsCompleted(context(), &request_, &stream_, worker_->queue(),
                                                worker_->queue(), accepted());
}

void AsCompletedCall::OnAccepted() {
  worker_->Await<AsCompletedCall>();
  Starting();
  stream_.Finish(NotYet("AsCompleted", context()), &finished_);
}

void TaskGroupCall::Await() {
  worker_->gather_service()->RequestTaskGroup(context(), &stream_, worker_->queue(),
                                              worker_->queue(), accepted());
}

void TaskGroupCall::OnAccepted() {
  worker_->Await<TaskGroupCall>();
  Starting();
  stream_.Finish(NotYet("TaskGroup", context()), &finished_);
}

}  // namespace gather::server
