#include "server/streamed_call.h"

#include <utility>

#include "engine/answer_writer.h"
#include "engine/gather_id.h"
#include "engine/rpc_status.h"
#include "server/grpc_status.h"
#include "server/rpc_name.h"

namespace gather::server {

bool StreamedCall::Begin() {
  gather_id_ = engine::NewGatherId();
  context()->AddTrailingMetadata("gather-id", gather_id_);
  auto caller = worker_->ReadCaller(*context(), gather_id_);
  if (const auto* refusal = std::get_if<engine::Refusal>(&caller)) {
    Refuse(*refusal);
    return false;
  }
  caller_ = std::get<engine::Caller>(std::move(caller));
  principal_ = caller_.principal->name;
  return true;
}

bool StreamedCall::OnStarted(std::variant<engine::GatherRun*, engine::Refusal> started) {
  if (auto* refusal = std::get_if<engine::Refusal>(&started)) {
    Refuse(*refusal);
    return false;
  }
  if (const auto& buffered = worker_->gathers()->options().limits.buffered) {
    writer_.CountIn(buffered);
  }
  Starting();  // the run: its answer may come after everything of the call
  run_ = std::get<engine::GatherRun*>(started);
  return true;
}

void StreamedCall::Refuse(const engine::Refusal& refusal) {
  refusal_ = refusal;
  worker_->observer()->OnRefused({gather_id_, principal_, RpcName(kind())}, refusal);
  writer_.Discard();
  if (run_ != nullptr) return CancelRun();
  writer_.Finish(ToGrpc(engine::ToRpcStatus(refusal)));
}

void StreamedCall::Send(const grpc::ByteBuffer& event) {
  if (!refusal_) writer_.Send(event);
}

void StreamedCall::Send(const google::protobuf::MessageLite& event) {
  const grpc::Slice bytes(event.SerializeAsString());
  Send(grpc::ByteBuffer(&bytes, 1));
}

void StreamedCall::OnAnswer(engine::Answer answer) {
  run_ = nullptr;
  if (refusal_) {
    writer_.Finish(ToGrpc(engine::ToRpcStatus(*refusal_)));
  } else {
    if (answer.plan.clamped) context()->AddTrailingMetadata("gather-clamped", "1");
    SendSummary(engine::ToSummary(answer));
    writer_.Finish(ToGrpc(engine::ToRpcStatus(answer)));
  }
  Ended();
}

void StreamedCall::OnFull(bool full) {
  if (run_ != nullptr) run_->Pause(full);
}

void StreamedCall::OnOver(bool /*cancelled*/) { CancelRun(); }

void StreamedCall::OnReaderGone() { CancelRun(); }

void StreamedCall::CancelRun() {
  if (run_ != nullptr) run_->Cancel(v1::CAUSE_CALLER);
}

}  // namespace gather::server
