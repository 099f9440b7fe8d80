#include "gather/embedded_group.h"

#include <utility>

#include "engine/request_reader.h"

namespace gather::internal {
namespace {

v1::TaskGroupRequest FirstMessage(v1::Open open) {
  v1::TaskGroupRequest message;
  *message.mutable_open() = std::move(open);
  return message;
}

}  // namespace

EmbeddedGroup::EmbeddedGroup(engine::Worker* worker, engine::Engine* engine, v1::Open open,
                             engine::Caller caller, std::shared_ptr<StreamSink> sink)
    : StreamedRun(worker, engine, std::move(caller), std::move(sink)),
      max_request_bytes_(engine->options().max_request_bytes),
      open_(FirstMessage(std::move(open))),
      too_large_(CheckBytes(open_)) {}

std::optional<engine::Refusal> EmbeddedGroup::CheckBytes(
    const v1::TaskGroupRequest& message) const {
  return engine::CheckRequestBytes(message.ByteSizeLong(), max_request_bytes_);
}

StreamedRun::Started EmbeddedGroup::StartRun(engine::Engine* engine, const engine::Caller& caller,
                                             engine::AnswerSink* sink) {
  if (too_large_) return *too_large_;
  return engine->StartGroup(std::move(*open_.mutable_open()), caller, sink);
}

void EmbeddedGroup::OnRunning(const std::string& gather_id, StreamSink* sink) {
  sink->OnOpened(gather_id);
}

void EmbeddedGroup::Send(v1::TaskGroupRequest message) {
  if (auto refusal = CheckBytes(message)) {
    return Post([this, refusal = *std::move(refusal)](engine::GatherRun*) {
      if (!joining_) Break(refusal);
    });
  }
  Post([this, message = std::move(message)](engine::GatherRun* run) mutable {
    Obey(&message, run);
  });
}

void EmbeddedGroup::Obey(v1::TaskGroupRequest* message, engine::GatherRun* run) {
  if (message->has_add()) {
    if (!joining_) BreakIf(run->Add(std::move(*message->mutable_add())));
  } else if (message->has_cancel()) {
    run->CancelCall(message->cancel().id());
  } else if (message->has_end_early()) {
    run->EndEarly();
  } else if (message->has_join()) {
    if (!std::exchange(joining_, true)) BreakIf(run->Seal());
  }
}

void EmbeddedGroup::BreakIf(std::optional<engine::Refusal> refusal) {
  if (refusal) Break(*std::move(refusal));
}

}  // namespace gather::internal
