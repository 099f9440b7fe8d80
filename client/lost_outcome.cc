#include "gather/lost_outcome.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "gather/refusal.h"

namespace gather::internal {

v1::Status ToProto(const absl::Status& status) {
  v1::Status proto;
  proto.set_code(status.raw_code());
  proto.set_message(std::string(status.message()));
  status.ForEachPayload([&proto](absl::string_view url, const absl::Cord& value) {
    google::protobuf::Any* detail = proto.add_details();
    detail->set_type_url(std::string(url));
    detail->set_value(std::string(value));
  });
  return proto;
}

absl::Status ReasonOfLoss(absl::Status status, Fate fate) {
  if (fate == Fate::kCancelled && absl::IsCancelled(status)) {
    return absl::CancelledError("the caller cancelled the gather");
  }
  if (status.ok()) return absl::InternalError("the answer ended before it was complete");
  return status;
}

void AccountForLoss(const absl::Status& lost, Fate fate, v1::Outcome* outcome) {
  *outcome->mutable_status() = ToProto(lost);
  outcome->set_origin(v1::ORIGIN_ORCHESTRATOR);
  outcome->set_delivery(v1::DELIVERY_EFFECT_UNKNOWN);
  if (fate == Fate::kElsewhere) {
    outcome->set_disposition(v1::DISPOSITION_DETACHED);
  } else if (IsRefusal(lost)) {
    outcome->set_disposition(v1::DISPOSITION_REJECTED);
    outcome->set_delivery(v1::DELIVERY_NEVER_SENT);
  } else if (fate == Fate::kNotSent) {
    outcome->set_disposition(v1::DISPOSITION_NOT_STARTED);
    outcome->set_delivery(v1::DELIVERY_NEVER_SENT);
    if (absl::IsCancelled(lost)) outcome->set_cause(v1::CAUSE_CALLER);
  } else if (fate == Fate::kCancelled && absl::IsCancelled(lost)) {
    outcome->set_disposition(v1::DISPOSITION_CANCELLED);
    outcome->set_cause(v1::CAUSE_CALLER);
  } else if (absl::IsDeadlineExceeded(lost)) {
    outcome->set_disposition(v1::DISPOSITION_CANCELLED);
    outcome->set_cause(v1::CAUSE_GATHER_DEADLINE);
  } else {
    outcome->set_disposition(v1::DISPOSITION_FAILED);
    outcome->set_origin(v1::ORIGIN_TRANSPORT);
  }
}

v1::Outcome LostOutcome(const absl::Status& lost, Fate fate, const SentCalls& sent,
                        std::uint32_t index) {
  v1::Outcome outcome;
  outcome.set_index(index);
  outcome.set_id(sent.id(index));
  AccountForLoss(lost, fate, &outcome);
  if (outcome.disposition() == v1::DISPOSITION_CANCELLED && sent.shielded(index)) {
    outcome.set_disposition(v1::DISPOSITION_DETACHED);
    outcome.clear_cause();
  }
  return outcome;
}

}  // namespace gather::internal
