#include "gather/gather_answer.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gather/answer_status.h"
#include "gather/unreadable_reply.h"

namespace gather::internal {
namespace {

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
  outcome.set_index(index);
  outcome.set_id(sent_.id(index));
  AccountForLoss(lost_, fate_, &outcome);
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
  if (ReplaceUnreadableReply(sent_.Named(index), sent_.fallback(index), &outcome)) return true;
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

}  // namespace gather::internal
