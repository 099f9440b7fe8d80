#include "server/capabilities_call.h"

#include "engine/gather_id.h"

namespace gather::server {

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

}  // namespace gather::server
