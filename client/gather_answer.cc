#include "gather/gather_answer.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gather/answer_status.h"
#include "gather/decision_correction.h"
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
  } else {
    lost_ = ReasonOfLoss(response.status(), fate);
  }
  if (!lost_.ok()) response_ = std::make_shared<v1::GatherResponse>();
}

absl::Status GatherAnswer::Conclude() {
  if (!lost_.ok()) return lost_;
  if (!taken_back_.empty()) TakeBackSuccesses();
  return StatusOfAnswer(*response_, sent_);
}

std::optional<std::uint32_t> GatherAnswer::decided_by() const {
  if (!response_->decision().has_decided_by()) return std::nullopt;
  return response_->decision().decided_by();
}

v1::Outcome GatherAnswer::TakeOutcome(std::uint32_t index) {
  if (!lost_.ok()) return LostOutcome(lost_, fate_, sent_, index);
  v1::Outcome* const outcome = response_->mutable_outcomes(static_cast<int>(index));
  outcome->clear_response();
  outcome->clear_responses();
  return std::move(*outcome);
}

bool GatherAnswer::RejectReply(std::uint32_t index) {
  v1::Outcome& outcome = *response_->mutable_outcomes(static_cast<int>(index));
  if (ReplaceUnreadableReply(sent_.Named(index), sent_.fallback(index), &outcome)) return true;
  taken_back_.push_back(index);
  return false;
}

void GatherAnswer::TakeBackSuccesses() {
  Tally tally;
  for (const v1::Outcome& outcome : response_->outcomes()) {
    tally.Note(outcome, sent_.requirement(outcome.index()));
  }
  for (std::uint32_t index : std::exchange(taken_back_, {})) {
    TakeBackSuccess(response_->outcomes(static_cast<int>(index)), sent_.requirement(index),
                    sent_.policy(), tally, response_->mutable_summary(),
                    response_->mutable_decision());
  }
}

}  // namespace gather::internal
