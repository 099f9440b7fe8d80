#include "gather/testing/scripted_stream.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace gather::testing {

ScriptedStream::ScriptedStream(internal::ScriptWorker* worker, v1::GatherRequest request,
                               const GatherContext& context, std::shared_ptr<StreamSink> sink)
    : worker_(worker), request_(std::move(request)), context_(context), sink_(std::move(sink)) {}

bool ScriptedStream::paused() const {
  const std::lock_guard lock(mutex_);
  return paused_;
}

int ScriptedStream::cancels() const {
  const std::lock_guard lock(mutex_);
  return cancels_;
}

bool ScriptedStream::ended() const {
  const std::lock_guard lock(mutex_);
  return sink_ == nullptr;
}

void ScriptedStream::EmitOutcome(v1::Outcome outcome) {
  Emit([outcome = std::move(outcome)](StreamSink& sink) mutable {
    sink.OnOutcome(std::move(outcome));
  });
}

void ScriptedStream::EmitSummary(v1::Summary summary) {
  Emit([summary = std::move(summary)](StreamSink& sink) mutable {
    sink.OnSummary(std::move(summary));
  });
}

void ScriptedStream::End(absl::Status status) {
  const std::lock_guard lock(mutex_);
  EmitLocked(
      [status = std::move(status)](StreamSink& sink) mutable { sink.OnEnd(std::move(status)); });
  sink_ = nullptr;
}

void ScriptedStream::TakePause(bool paused) {
  const std::lock_guard lock(mutex_);
  paused_ = paused;
}

void ScriptedStream::TakeCancel() {
  {
    const std::lock_guard lock(mutex_);
    ++cancels_;
  }
  End(absl::CancelledError("cancelled"));
}

void ScriptedStream::Emit(absl::AnyInvocable<void(StreamSink&)> event) {
  const std::lock_guard lock(mutex_);
  EmitLocked(std::move(event));
}

void ScriptedStream::EmitLocked(absl::AnyInvocable<void(StreamSink&)> event) {
  if (sink_ == nullptr) return;
  worker_->Post([sink = sink_, event = std::move(event)]() mutable { event(*sink); });
}

ScriptedGroup::ScriptedGroup(internal::ScriptWorker* worker, v1::Open open,
                             const GatherContext& context, std::shared_ptr<StreamSink> sink)
    : ScriptedStream(worker, v1::GatherRequest(), context, std::move(sink)),
      open_(std::move(open)) {}

std::vector<v1::TaskGroupRequest> ScriptedGroup::messages(std::size_t first) const {
  const std::lock_guard lock(mutex());
  return {messages_.begin() + static_cast<std::ptrdiff_t>(std::min(first, messages_.size())),
          messages_.end()};
}

std::vector<v1::SubCall> ScriptedGroup::adds() const {
  std::vector<v1::SubCall> adds;
  for (const v1::TaskGroupRequest& message : messages()) {
    if (message.has_add()) adds.push_back(message.add());
  }
  return adds;
}

std::size_t ScriptedGroup::added() const {
  const std::lock_guard lock(mutex());
  return adds_.size();
}

v1::SubCall ScriptedGroup::add(std::size_t index) const {
  const std::lock_guard lock(mutex());
  return messages_[adds_.at(index)].add();
}

std::vector<std::string> ScriptedGroup::withdrawn() const {
  std::vector<std::string> ids;
  for (const v1::TaskGroupRequest& message : messages()) {
    if (message.has_cancel()) ids.push_back(message.cancel().id());
  }
  return ids;
}

bool ScriptedGroup::joined() const {
  const std::lock_guard lock(mutex());
  return joined_;
}

bool ScriptedGroup::ended_early() const {
  const std::lock_guard lock(mutex());
  return std::any_of(messages_.begin(), messages_.end(),
                     [](const v1::TaskGroupRequest& message) { return message.has_end_early(); });
}

void ScriptedGroup::EmitOpened(std::string gather_id) {
  Emit([gather_id = std::move(gather_id)](StreamSink& sink) mutable {
    sink.OnOpened(std::move(gather_id));
  });
}

void ScriptedGroup::TakeAdd(v1::SubCall call) {
  v1::TaskGroupRequest message;
  *message.mutable_add() = std::move(call);
  Take(std::move(message));
}

void ScriptedGroup::TakeWithdrawal(std::string id) {
  v1::TaskGroupRequest message;
  message.mutable_cancel()->set_id(std::move(id));
  Take(std::move(message));
}

void ScriptedGroup::TakeEndEarly() {
  v1::TaskGroupRequest message;
  message.mutable_end_early();
  Take(std::move(message));
}

void ScriptedGroup::TakeJoin() {
  const std::lock_guard lock(mutex());
  joined_ = true;
}

void ScriptedGroup::Take(v1::TaskGroupRequest message) {
  const std::lock_guard lock(mutex());
  if (message.has_add()) adds_.push_back(messages_.size());
  messages_.push_back(std::move(message));
}

}  // namespace gather::testing
