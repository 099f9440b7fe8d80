#include "server/capabilities_call.h"

#include <string>
#include <variant>

#include "engine/gather_id.h"
#include "engine/rpc_status.h"
#include "server/capabilities.h"
#include "server/grpc_status.h"

namespace gather::server {

void CapabilitiesCall::Await() {
  worker_->gather_service()->RequestGetCapabilities(context(), &request_, &responder_,
                                                    worker_->queue(), worker_->queue(), accepted());
}

void CapabilitiesCall::OnAccepted() {
  worker_->Await<CapabilitiesCall>();
  const std::string gather_id = engine::NewGatherId();
  context()->AddTrailingMetadata("gather-id", gather_id);
  const auto caller = worker_->ReadCaller(*context(), gather_id);
  Starting();
  if (const auto* refusal = std::get_if<engine::Refusal>(&caller)) {
    worker_->observer()->OnRefused({gather_id, "", "GetCapabilities"}, *refusal);
    return responder_.FinishWithError(ToGrpc(engine::ToRpcStatus(*refusal)), &finished_);
  }
  const engine::Principal& principal = *std::get<engine::Caller>(caller).principal;
  const grpc::Slice bytes(CapabilitiesOf(worker_->gathers()->options(), principal.name));
  responder_.Finish(grpc::ByteBuffer(&bytes, 1), grpc::Status::OK, &finished_);
}

}  // namespace gather::server
