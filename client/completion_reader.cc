#include "gather/completion_reader.h"

#include <algorithm>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "gather/answer_status.h"
#include "gather/decision_status.h"
#include "gather/refusal.h"
#include "gather/unreadable_reply.h"

namespace gather::internal {

namespace {

PreparedGather RefuseOnWorker(PreparedGather gather, const Dispatcher& dispatcher) {
  if (dispatcher.OnWorkerThread()) gather.Refuse(OnWorkerThreadError());
  return gather;
}

}  // namespace

CompletionReader::CompletionReader(const std::shared_ptr<Connection>& connection,
                                   const Options& options, PreparedGather gather)
    : dispatcher_(connection, options.executor),
      sent_(std::move(gather.sent)),
      heard_(sent_.size()),
      stream_(OutcomeStream::Start(connection, options,
                                   RefuseOnWorker(std::move(gather), dispatcher_))) {}

absl::Status CompletionReader::status() const {
  if (stage_ == Stage::kDone) return status_;
  return absl::FailedPreconditionError("the outcomes have not been read to their end");
}

void CompletionReader::GiveUp(absl::Status why) {
  stage_ = Stage::kDone;
  status_ = std::move(why);
  stream_->Abandon();
}

std::optional<v1::Outcome> CompletionReader::NextOutcome() {
  if (stage_ != Stage::kDone && dispatcher_.OnWorkerThread()) GiveUp(OnWorkerThreadError());
  if (stage_ == Stage::kHearing) {
    std::optional<v1::Outcome> outcome = stream_->Next();
    if (outcome.has_value()) {
      lost_ = Check(*outcome);
      if (lost_.ok()) {
        heard_[outcome->index()] = true;
        ++heard_of_;
        return outcome;
      }
      stream_->Abandon();
      stage_ = Stage::kAccounting;
    } else {
      TakeEnd();
    }
  }
  while (next_unheard_ < heard_.size() && stage_ == Stage::kAccounting) {
    const std::uint32_t index = next_unheard_++;
    if (!heard_[index]) return LostOutcome(lost_, fate_, sent_, index);
  }
  if (stage_ == Stage::kAccounting) Conclude();
  return std::nullopt;
}

absl::Status CompletionReader::Check(const v1::Outcome& outcome) const {
  const std::uint32_t index = outcome.index();
  if (index >= heard_.size()) {
    return absl::InternalError(absl::StrCat("the answer holds an outcome of sub-call ", index,
                                            ", and there are ", heard_.size()));
  }
  if (heard_[index]) {
    return absl::InternalError(absl::StrCat("the answer holds two outcomes of sub-call ", index));
  }
  return absl::OkStatus();
}

bool CompletionReader::RejectReply(v1::Outcome* outcome) {
  const std::uint32_t index = outcome->index();
  if (ReplaceUnreadableReply(sent_.Named(index), sent_.fallback(index), outcome)) return true;
  v1::Outcome& taken_back = taken_back_.emplace_back();
  taken_back.set_index(index);
  *taken_back.mutable_status() = outcome->status();
  return false;
}

void CompletionReader::Note(const v1::Outcome& outcome) {
  if (stage_ != Stage::kHearing) return;  // made up here, and told by the status as a whole
  tally_.Note(outcome, sent_.requirement(outcome.index()));
  if (IsRealFailure(outcome)) AddFailure(outcome, &failures_);
}

void CompletionReader::TakeEnd() {
  const OutcomeStreamEnd& end = stream_->end();
  stage_ = Stage::kAccounting;
  fate_ = end.fate;
  lost_ = end.lost;
  if (lost_.ok() && heard_of_ < heard_.size()) {
    lost_ = absl::InternalError(absl::StrCat("the answer holds ", heard_of_, " outcomes for ",
                                             heard_.size(), " sub-calls"));
  }
}

void CompletionReader::Conclude() {
  stage_ = Stage::kDone;
  failures_.set_total_failures(failures_.failures_size());
  std::sort(failures_.mutable_failures()->begin(), failures_.mutable_failures()->end(),
            [](const auto& a, const auto& b) { return a.index() < b.index(); });
  if (!lost_.ok()) {
    status_ = StatusWithFailures();
    return;
  }
  v1::Summary summary = *stream_->end().summary;
  v1::Decision decision = summary.decision();
  for (const v1::Outcome& outcome : taken_back_) {
    TakeBackSuccess(outcome, sent_.requirement(outcome.index()), sent_.policy(), tally_, &summary,
                    &decision);
  }
  summary_ = SummaryFromProto(summary, decision);
  const std::optional<NamedCall> named = NameFailure(decision);
  failures_.set_gather_id(summary.gather_id());
  *failures_.mutable_decision() = std::move(decision);
  *failures_.mutable_summary() = std::move(summary);
  status_ = StatusOfDecision(failures_, named);
}

std::optional<NamedCall> CompletionReader::NameFailure(const v1::Decision& decision) const {
  if (!decision.has_decided_by() || decision.decided_by() >= sent_.size()) return std::nullopt;
  if (DecidesAlone(sent_, decision.decided_by())) return sent_.Named(decision.decided_by());
  if (!tally_.first_failure.has_value()) return std::nullopt;
  return sent_.Named(tally_.first_failure->index);
}

// What was told before the way was lost is not lost with it.
absl::Status CompletionReader::StatusWithFailures() const {
  absl::Status status = lost_;
  if (failures_.failures().empty()) return status;
  status.SetPayload(kGatherFailureUrl, absl::Cord(failures_.SerializeAsString()));
  return status;
}

}  // namespace gather::internal
