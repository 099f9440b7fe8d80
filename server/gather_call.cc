#include "server/gather_call.h"

#include <utility>
#include <variant>

#include "engine/answer_writer.h"
#include "engine/gather_id.h"
#include "engine/request_reader.h"
#include "server/grpc_status.h"

namespace gather::server {

void GatherCall::Await() {
  worker_->gather_service()->RequestGather(context(), &request_, &responder_, worker_->queue(),
                                           worker_->queue(), accepted());
}

void GatherCall::OnAccepted() {
  worker_->Await<GatherCall>();
  gather_id_ = engine::NewGatherId();
  context()->AddTrailingMetadata("gather-id", gather_id_);
  const auto caller = worker_->ReadCaller(*context(), gather_id_);
  if (const auto* refusal = std::get_if<engine::Refusal>(&caller)) return Refuse(*refusal);
  principal_ = std::get<engine::Caller>(caller).principal->name;
  engine::Engine* const engine = worker_->gathers();
  if (const auto refusal = engine->CheckOpen()) return Refuse(*refusal);
  auto request = engine::ReadRequest(&request_, engine->options().max_request_bytes);
  request_.Clear();
  if (auto* refusal = std::get_if<engine::Refusal>(&request)) return Refuse(*refusal);
  Starting();  // the run: its answer may come after everything of the call
  auto started =
      engine->Start(std::move(std::get<0>(request)), std::get<engine::Caller>(caller), this);
  if (auto* refusal = std::get_if<engine::Refusal>(&started)) {
    Refuse(*refusal);
    return Ended();
  }
  run_ = std::get<engine::GatherRun*>(started);
}

void GatherCall::OnOver(bool /*cancelled*/) {
  if (run_ != nullptr) run_->Cancel(v1::CAUSE_CALLER);
}

void GatherCall::OnAnswer(engine::Answer answer) {
  run_ = nullptr;
  answered_at_ = worker_->worker()->now();
  held_ = std::move(answer.held);
  if (answer.plan.clamped) context()->AddTrailingMetadata("gather-clamped", "1");
  const engine::RpcStatus status = engine::ToRpcStatus(answer);
  if (status.code != 0) {
    FinishWith(status);
  } else {
    Starting();
    responder_.Finish(engine::ToWire(answer), grpc::Status::OK, &finished_);
  }
  Ended();
}

void GatherCall::Refuse(const engine::Refusal& refusal) {
  answered_at_ = worker_->worker()->now();
  worker_->observer()->OnRefused({gather_id_, principal_, "Gather"}, refusal);
  FinishWith(engine::ToRpcStatus(refusal));
}

void GatherCall::FinishWith(const engine::RpcStatus& status) {
  Starting();
  responder_.FinishWithError(ToGrpc(status), &finished_);
}

void GatherCall::OnFinished(bool ok) {
  if (ok) worker_->gathers()->answer_reserve()->Record(worker_->worker()->now() - answered_at_);
  Ended();
}

}  // namespace gather::server
