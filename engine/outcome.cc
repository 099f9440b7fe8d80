#include "engine/outcome.h"

#include "engine/duration.h"

namespace gather::engine {
namespace {

void TimingToProto(const Timing& timing, v1::Timing* out) {
  constexpr std::chrono::nanoseconds kNever{0};
  if (timing.queued != kNever) ToProto(timing.queued, out->mutable_queued());
  if (timing.started != kNever) ToProto(timing.started, out->mutable_started());
  if (timing.finished != kNever) ToProto(timing.finished, out->mutable_finished());
  out->set_attempts(timing.attempts);
  out->set_winning_attempt(timing.winning_attempt);
  out->set_peer(timing.peer);
}

}  // namespace

std::vector<FailureView> FailuresOf(const Answer& answer) {
  std::vector<FailureView> views;
  for (const Failure& failure : answer.failures) {
    views.push_back({failure.index, failure.id, failure.target, failure.method, &failure.status,
                     failure.origin, failure.delivery});
  }
  for (std::uint32_t i = 0; i < answer.outcomes.size(); ++i) {
    const Outcome& outcome = answer.outcomes[i];
    if (!IsRealFailure(outcome)) continue;
    const PlannedCall& call = answer.plan.calls[i];
    views.push_back({i, call.sub_call->id(), call.target_name, call.method, outcome.status.get(),
                     outcome.origin, outcome.delivery});
  }
  return views;
}

bool IsRealFailure(const Outcome& outcome) {
  switch (outcome.disposition) {
    case v1::DISPOSITION_FAILED:
    case v1::DISPOSITION_REJECTED:
      return true;
    case v1::DISPOSITION_NOT_STARTED:
      return outcome.cause == v1::CAUSE_SUB_CALL_DEADLINE;
    default:
      return false;
  }
}

void ToProto(const Outcome& outcome, std::uint32_t index, absl::string_view id, v1::Outcome* out) {
  out->set_index(index);
  out->set_id(id.data(), id.size());
  out->set_disposition(outcome.disposition);
  if (outcome.status != nullptr) *out->mutable_status() = *outcome.status;
  out->set_cause(outcome.cause);
  if (outcome.caused_by) out->set_caused_by(*outcome.caused_by);
  out->set_origin(outcome.origin);
  out->set_delivery(outcome.delivery);
  TimingToProto(outcome.timing, out->mutable_timing());
  for (const auto& [key, value] : outcome.trailers) {
    v1::Metadata* trailer = out->add_trailers();
    trailer->set_key(key);
    trailer->set_value(value);
  }
  out->set_from_fallback(outcome.from_fallback);
}

}  // namespace gather::engine
