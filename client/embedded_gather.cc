#include "gather/embedded_gather.h"

#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "engine/answer_writer.h"
#include "engine/gather_id.h"
#include "engine/on_arena.h"
#include "engine/request_reader.h"
#include "gather/engine_status.h"

namespace gather::internal {

EmbeddedGather::EmbeddedGather(engine::Worker* worker, engine::Engine* engine, OwnedRequest request,
                               engine::Caller caller, Connection::Done done)
    : engine_(engine),
      request_(std::move(request)),
      too_large_(
          engine::CheckRequestBytes(request_->ByteSizeLong(), engine->options().max_request_bytes)),
      caller_(std::move(caller)),
      done_(std::move(done)),
      worker_(worker) {}

void EmbeddedGather::OnTurn() {
  if (cancelled_) return End(absl::CancelledError("cancelled before it was started"));
  if (too_large_) return End(StatusFromEngine(*too_large_));
  caller_.gather_id = engine::NewGatherId();
  auto started = engine_->Start(engine::Request(std::move(request_).Take()), caller_, this);
  if (const auto* refusal = std::get_if<engine::Refusal>(&started)) {
    return End(StatusFromEngine(*refusal));
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
  absl::Status status = StatusFromEngine(answer);
  if (!status.ok()) return End(std::move(status));
  auto response = engine::MakeOnArena<v1::GatherResponse>();
  engine::ToResponse(answer, response.get());
  End(std::move(response));
}

void EmbeddedGather::End(Connection::Response response) {
  {
    const std::lock_guard lock(mutex_);
    worker_ = nullptr;
  }
  ended_ = true;
  std::exchange(done_, nullptr)(std::move(response));
}

}  // namespace gather::internal
