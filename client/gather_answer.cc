#include "gather/gather_answer.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gather/answer_status.h"
#include "gather/refusal.h"
#include "gather/status_from_proto.h"

namespace gather::internal {
namespace {

bool Matches(const v1::Fallback& fallback, int code) {
  if (fallback.codes().empty()) return true;
  for (int matching : fallback.codes()) {
    if (matching == code) return true;
  }
  return false;
}

absl::Status CheckShape(const v1::GatherResponse& response, std::size_t calls) {
  if (static_cast<std::size_t>(response.outcomes_size()) != calls) {
    return absl::InternalError(absl::StrCat("the answer holds ", response.outcomes_size(),
                                            " outcomes for ", calls, " sub-calls"));
  }
  for (int i = 0; i < response.outcomes_size(); ++i) {
    if (response.outcomes(i).index() == static_cast<std::uint32_t>(i)) continue;
    return absl::InternalError(absl::StrCat("outcome ", i, " of the answer is of sub-call ",
                                            response.outcomes(i).index()));
  }
  return absl::OkStatus();
}

v1::Status UnreadableReply(const SentCalls& sent, std::uint32_t index) {
  v1::Status status;
  status.set_code(static_cast<int>(absl::StatusCode::kInternal));
  status.set_message("the reply does not parse as the expected message");
  v1::ErrorInfo info;
  info.set_reason("BACKEND_PROTOCOL");
  info.set_domain(std::string(kDomain));
  auto& metadata = *info.mutable_metadata();
  metadata["index"] = absl::StrCat(index);
  metadata["id"] = sent.id(index);
  metadata["target"] = sent.target(index);
  metadata["method"] = sent.method(index);
  google::protobuf::Any* detail = status.add_details();
  detail->set_type_url(std::string(kErrorInfoUrl));
  detail->set_value(info.SerializeAsString());
  return status;
}

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

}  // namespace

GatherAnswer::GatherAnswer(Connection::Response response, SentCalls sent, Fate fate)
    : sent_(std::move(sent)), fate_(fate) {
  if (response.ok()) {
    response_ = *std::move(response);
    lost_ = CheckShape(*response_, sent_.size());
  } else if (fate == Fate::kCancelled && absl::IsCancelled(response.status())) {
    // gRPC and the engine word it differently.
    lost_ = absl::CancelledError("the caller cancelled the gather");
  } else {
    lost_ = response.status();
  }
  if (!lost_.ok()) response_ = std::make_unique<v1::GatherResponse>();
}

absl::Status GatherAnswer::status() const {
  return lost_.ok() ? StatusOfAnswer(*response_, sent_) : lost_;
}

v1::Outcome GatherAnswer::TakeOutcome(std::uint32_t index) {
  if (lost_.ok()) return std::move(*response_->mutable_outcomes(static_cast<int>(index)));
  v1::Outcome outcome;
  AccountFor(index, &outcome);
  return outcome;
}

bool GatherAnswer::Succeeded(std::uint32_t index) const {
  return lost_.ok() &&
         response_->outcomes(static_cast<int>(index)).disposition() == v1::DISPOSITION_SUCCEEDED;
}

const std::string& GatherAnswer::ReplyBytes(std::uint32_t index) const {
  return response_->outcomes(static_cast<int>(index)).response();
}

bool GatherAnswer::RejectReply(std::uint32_t index) {
  v1::Outcome& outcome = *response_->mutable_outcomes(static_cast<int>(index));
  const bool was_fallback = outcome.from_fallback();
  *outcome.mutable_status() = UnreadableReply(sent_, index);
  outcome.set_origin(v1::ORIGIN_ORCHESTRATOR);
  outcome.set_delivery(v1::DELIVERY_ANSWERED);
  const v1::Fallback* fallback = sent_.fallback(index);
  if (fallback != nullptr && !was_fallback && Matches(*fallback, outcome.status().code())) {
    outcome.set_from_fallback(true);
    outcome.set_response(fallback->response());
    return true;
  }
  outcome.set_disposition(v1::DISPOSITION_FAILED);
  outcome.set_from_fallback(false);
  v1::Summary& summary = *response_->mutable_summary();
  summary.set_succeeded(summary.succeeded() - 1);
  summary.set_failed(summary.failed() + 1);
  v1::Decision& decision = *response_->mutable_decision();
  if (decision.verdict() == v1::VERDICT_SATISFIED && sent_.FailureDecides(index)) {
    decision.set_verdict(v1::VERDICT_FAILED);
    decision.set_decided_by(index);
    *decision.mutable_status() = outcome.status();
  }
  return false;
}

// The gather was refused, cancelled or lost as a whole, and every slot says so. "Never sent" only
// where that is sure.
void GatherAnswer::AccountFor(std::uint32_t index, v1::Outcome* outcome) const {
  outcome->set_index(index);
  outcome->set_id(sent_.id(index));
  *outcome->mutable_status() = ToProto(lost_);
  outcome->set_origin(v1::ORIGIN_ORCHESTRATOR);
  outcome->set_delivery(v1::DELIVERY_EFFECT_UNKNOWN);
  if (fate_ == Fate::kElsewhere) {
    outcome->set_disposition(v1::DISPOSITION_DETACHED);
  } else if (IsRefusal(lost_)) {
    outcome->set_disposition(v1::DISPOSITION_REJECTED);
    outcome->set_delivery(v1::DELIVERY_NEVER_SENT);
  } else if (fate_ == Fate::kNotSent) {
    outcome->set_disposition(v1::DISPOSITION_NOT_STARTED);
    outcome->set_delivery(v1::DELIVERY_NEVER_SENT);
    if (absl::IsCancelled(lost_)) outcome->set_cause(v1::CAUSE_CALLER);
  } else if (fate_ == Fate::kCancelled && absl::IsCancelled(lost_)) {
    outcome->set_disposition(v1::DISPOSITION_CANCELLED);
    outcome->set_cause(v1::CAUSE_CALLER);
  } else if (absl::IsDeadlineExceeded(lost_)) {
    outcome->set_disposition(v1::DISPOSITION_CANCELLED);
    outcome->set_cause(v1::CAUSE_GATHER_DEADLINE);
  } else {
    outcome->set_disposition(v1::DISPOSITION_FAILED);
    outcome->set_origin(v1::ORIGIN_TRANSPORT);
  }
}

}  // namespace gather::internal
