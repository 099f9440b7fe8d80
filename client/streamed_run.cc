#include "gather/streamed_run.h"

#include <utility>

#include "engine/answer_writer.h"
#include "engine/gather_id.h"
#include "gather/engine_status.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {

StreamedRun::StreamedRun(engine::Worker* worker, engine::Engine* engine, engine::Caller caller,
                         std::shared_ptr<StreamSink> sink)
    : engine_(engine), caller_(std::move(caller)), sink_(std::move(sink)), worker_(worker) {}

void StreamedRun::OnTurn() {
  caller_.gather_id = engine::NewGatherId();
  Started started = StartRun(engine_, caller_, this);
  if (const auto* refusal = std::get_if<engine::Refusal>(&started)) {
    return End(StatusFromEngine(*refusal));
  }
  run_ = std::get<engine::GatherRun*>(started);
  self_ = shared_from_this();
  OnRunning(caller_.gather_id, sink_.get());
}

void StreamedRun::Cancel() {
  Post([](engine::GatherRun* run) { run->Cancel(v1::CAUSE_CALLER); });
}

void StreamedRun::Pause(bool paused) {
  Post([paused](engine::GatherRun* run) { run->Pause(paused); });
}

void StreamedRun::Post(std::function<void(engine::GatherRun*)> step) {
  const std::lock_guard lock(mutex_);
  if (worker_ == nullptr) return;
  worker_->Post([self = shared_from_this(), step = std::move(step)] {
    if (self->run_ != nullptr && !self->refusal_) step(self->run_);
  });
}

void StreamedRun::Break(engine::Refusal refusal) {
  refusal_ = std::move(refusal);
  run_->Cancel(v1::CAUSE_CALLER);
}

void StreamedRun::OnOutcome(std::uint32_t index, const engine::PlannedCall& call,
                            engine::Outcome outcome) {
  if (refusal_) return;
  v1::Outcome message;
  engine::ToMessage(outcome, index, call.sub_call->id(), &message);
  sink_->OnOutcome(std::move(message));
}

void StreamedRun::OnAnswer(engine::Answer answer) {
  run_ = nullptr;
  const std::shared_ptr<StreamedRun> self = std::move(self_);
  if (refusal_) return End(StatusFromEngine(*refusal_));
  sink_->OnSummary(engine::ToSummary(answer));
  End(StatusFromEngine(answer));
}

void StreamedRun::End(absl::Status status) {
  {
    const std::lock_guard lock(mutex_);
    worker_ = nullptr;
  }
  std::exchange(sink_, nullptr)->OnEnd(std::move(status));
}

}  // namespace gather::internal
