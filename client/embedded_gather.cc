#include "gather/embedded_gather.h"

#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "engine/answer_writer.h"
#include "engine/gather_id.h"
#include "engine/refusal.h"
#include "engine/rpc_status.h"
#include "gather/refusal.h"
#include "gather/rpc_status.h"

namespace gather::internal {
namespace {

absl::Status FromEngine(const engine::RpcStatus& status) {
  return StatusFromRpc(status.code, status.message, status.details);
}

// The server tells by the bytes that it received.
absl::Status CheckSize(const v1::GatherRequest& request, std::uint64_t max_request_bytes) {
  const std::uint64_t bytes = request.ByteSizeLong();
  if (bytes <= max_request_bytes) return absl::OkStatus();
  return MakeRefusal(absl::StatusCode::kResourceExhausted, "REQUEST_TOO_LARGE", "request",
                     absl::StrCat(bytes, " bytes, at most ", max_request_bytes));
}

}  // namespace

EmbeddedGather::EmbeddedGather(engine::Worker* worker, engine::Engine* engine,
                               std::unique_ptr<v1::GatherRequest> request, engine::Time deadline,
                               Connection::Done done)
    : engine_(engine),
      request_(std::move(request)),
      size_check_(CheckSize(*request_, engine->options().max_request_bytes)),
      deadline_(deadline),
      done_(std::move(done)),
      worker_(worker) {}

void EmbeddedGather::OnTurn() {
  if (cancelled_) return End(absl::CancelledError("cancelled before it was started"));
  if (!size_check_.ok()) return End(size_check_);
  auto started = engine_->Start(std::move(request_), {engine::NewGatherId(), deadline_}, this);
  if (const auto* refusal = std::get_if<engine::Refusal>(&started)) {
    return End(FromEngine(engine::ToRpcStatus(*refusal)));
  }
  run_ = std::get<engine::GatherRun*>(started);
  self_ = shared_from_this();
}

void EmbeddedGather::Cancel() {
  const std::lock_guard lock(mutex_);
  if (worker_ == nullptr) return;
  worker_->Post([self = shared_from_this()] { self->CancelOnWorker(); });
}

void EmbeddedGather::CancelOnWorker() {
  cancelled_ = true;
  if (run_ != nullptr) run_->Cancel(v1::CAUSE_CALLER);
}

void EmbeddedGather::OnAnswer(engine::Answer answer) {
  run_ = nullptr;
  const std::shared_ptr<EmbeddedGather> self = std::move(self_);
  const engine::RpcStatus status = engine::ToRpcStatus(answer);
  if (status.code != 0) return End(FromEngine(status));
  auto response = std::make_unique<v1::GatherResponse>();
  engine::ToResponse(answer, response.get());
  End(std::move(response));
}

void EmbeddedGather::End(Connection::Response response) {
  {
    const std::lock_guard lock(mutex_);
    worker_ = nullptr;
  }
  std::exchange(done_, nullptr)(std::move(response));
}

}  // namespace gather::internal
