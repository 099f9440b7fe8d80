#include "server/task_group_call.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "engine/answer_writer.h"
#include "engine/request_reader.h"

namespace gather::server {
namespace {

engine::Refusal BadGroup(absl::string_view field, absl::string_view what) {
  return {static_cast<int>(grpc::StatusCode::INVALID_ARGUMENT),
          "BAD_GROUP",
          absl::StrCat(field, ": ", what),
          {{"field", std::string(field)}}};
}

}  // namespace

void TaskGroupCall::Await() {
  worker()->gather_service()->RequestTaskGroup(context(), &stream_, worker()->queue(),
                                               worker()->queue(), accepted());
}

void TaskGroupCall::OnAccepted() {
  worker()->Await<TaskGroupCall>();
  if (!Begin()) {
    state_ = State::kFinishing;
    return;
  }
  if (const auto refusal = worker()->gathers()->CheckOpen()) return Break(*refusal);
  state_ = State::kOpening;
  ReadIfRoom();
}

// A client that has not opened its group, and may never do so, would hold up the drain.
void TaskGroupCall::OnDrain() {
  if (state_ == State::kOpening) Open(v1::Open());  // the engine refuses it: DRAINING
}

void TaskGroupCall::ReadIfRoom() {
  const bool room = state_ == State::kOpening ||
                    (state_ == State::kAdding && !full() && unended_ < max_unended_ &&
                     unended_bytes_ <= worker()->gathers()->options().max_request_bytes);
  if (reading_ || !room) return;
  reading_ = true;
  Starting();
  stream_.Read(&message_, &read_);
}

void TaskGroupCall::OnRead(bool ok) {
  reading_ = false;
  if (state_ == State::kOpening || state_ == State::kAdding) ok ? OnMessage() : OnHalfClose();
  ReadIfRoom();
  Ended();
}

void TaskGroupCall::OnMessage() {
  auto request =
      engine::ReadGroupRequest(&message_, worker()->gathers()->options().max_request_bytes);
  if (auto* refusal = std::get_if<engine::Refusal>(&request)) return Break(*refusal);
  Obey(std::move(std::get<engine::GroupRequest>(request)));
}

void TaskGroupCall::Obey(engine::GroupRequest received) {
  v1::TaskGroupRequest& request = received.message;
  const bool opening = state_ == State::kOpening;
  switch (request.request_case()) {
    case v1::TaskGroupRequest::REQUEST_NOT_SET:
      return Break(BadGroup("request", "empty, or of a kind that this server does not know"));
    case v1::TaskGroupRequest::kOpen:
      if (!opening) return Break(BadGroup("open", "the group is open already"));
      return Open(std::move(*request.mutable_open()));
    default:
      break;
  }
  if (opening) return Break(BadGroup("open", "must be the first message"));
  switch (request.request_case()) {
    case v1::TaskGroupRequest::kAdd:
      if (joined_) return Break(BadGroup("add", "the group has been joined"));
      return Add(std::move(*request.mutable_add()), std::move(received.payload));
    case v1::TaskGroupRequest::kCancel:
      return run()->CancelCall(request.cancel().id());
    case v1::TaskGroupRequest::kJoin:
      return Join();
    default:
      return run()->EndEarly();
  }
}

void TaskGroupCall::Open(v1::Open open) {
  const engine::PlanLimits& limits = worker()->gathers()->options().plan;
  const std::uint32_t asked = open.max_concurrency();
  const std::uint32_t in_flight =
      asked == 0 ? limits.max_concurrency : std::min(asked, limits.max_concurrency);
  max_unended_ = limits.max_calls + in_flight;
  if (!OnStarted(worker()->gathers()->StartGroup(std::move(open), caller(), this))) {
    state_ = State::kFinishing;
    return;
  }
  state_ = State::kAdding;
  v1::TaskGroupResponse event;
  event.mutable_opened()->set_gather_id(gather_id());
  Send(event);
}

void TaskGroupCall::Add(v1::SubCall call, engine::Payload payload) {
  ++unended_;
  unended_bytes_ += engine::BytesOf(call, payload);
  if (auto refusal = run()->Add(std::move(call), std::move(payload))) Break(*refusal);
}

void TaskGroupCall::OnHalfClose() {
  if (state_ == State::kOpening) return Break(BadGroup("open", "the call ended without it"));
  state_ = State::kJoining;
  Join();
}

void TaskGroupCall::Join() {
  if (std::exchange(joined_, true)) return;
  if (auto refusal = run()->Seal()) Break(*refusal);
}

void TaskGroupCall::Break(const engine::Refusal& refusal) {
  state_ = run() == nullptr ? State::kFinishing : State::kBreaking;
  Refuse(refusal);
}

void TaskGroupCall::OnOutcome(std::uint32_t index, const engine::PlannedCall& call,
                              engine::Outcome outcome) {
  --unended_;
  unended_bytes_ -= call.added_bytes;
  Send(engine::ToEvent(v1::TaskGroupResponse::kOutcomeFieldNumber, outcome, index,
                       call.sub_call->id()));
  ReadIfRoom();
}

void TaskGroupCall::OnFull(bool full) {
  StreamedCall::OnFull(full);
  ReadIfRoom();
}

void TaskGroupCall::OnAnswer(engine::Answer answer) {
  state_ = State::kFinishing;
  StreamedCall::OnAnswer(std::move(answer));
}

void TaskGroupCall::SendSummary(v1::Summary summary) {
  v1::TaskGroupResponse event;
  *event.mutable_summary() = std::move(summary);
  Send(event);
}

}  // namespace gather::server
