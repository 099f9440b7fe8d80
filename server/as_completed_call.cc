#include "server/as_completed_call.h"

#include <utility>
#include <variant>

#include "engine/answer_writer.h"
#include "engine/request_reader.h"

namespace gather::server {

void AsCompletedCall::Await() {
  worker()->gather_service()->RequestAsCompleted(context(), &request_, &stream_, worker()->queue(),
                                                 worker()->queue(), accepted());
}

void AsCompletedCall::OnAccepted() {
  worker()->Await<AsCompletedCall>();
  if (!Begin()) return;
  engine::Engine* const engine = worker()->gathers();
  if (const auto refusal = engine->CheckOpen()) return Refuse(*refusal);
  auto request = engine::ReadRequest(&request_, engine->options().max_request_bytes);
  if (auto* refusal = std::get_if<engine::Refusal>(&request)) return Refuse(*refusal);
  OnStarted(engine->Start(std::move(std::get<0>(request)), caller(), this, kind()));
}

void AsCompletedCall::OnOutcome(std::uint32_t index, const engine::PlannedCall& call,
                                engine::Outcome outcome) {
  Send(engine::ToEvent(v1::GatherEvent::kOutcomeFieldNumber, outcome, index, call.sub_call->id()));
}

void AsCompletedCall::SendSummary(v1::Summary summary) {
  v1::GatherEvent event;
  *event.mutable_summary() = std::move(summary);
  Send(event);
}

}  // namespace gather::server
