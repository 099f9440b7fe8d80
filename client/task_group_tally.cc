#include "gather/task_group_tally.h"

#include <algorithm>
#include <utility>

#include "absl/strings/cord.h"
#include "gather/decision_status.h"
#include "gather/refusal.h"

namespace gather::internal {
namespace {

constexpr int kShutdown = static_cast<int>(absl::StatusCode::kUnavailable);
constexpr int kInvalid = static_cast<int>(absl::StatusCode::kInvalidArgument);

v1::Decision Failure(std::uint32_t decided_by, const v1::Status& status) {
  v1::Decision decision;
  decision.set_verdict(v1::VERDICT_FAILED);
  decision.set_decided_by(decided_by);
  *decision.mutable_status() = status;
  return decision;
}

bool FirstFailureDecides(v1::Mode mode) {
  return mode == v1::MODE_UNSPECIFIED || mode == v1::MODE_FAIL_FAST || mode == v1::MODE_PROPAGATE;
}

bool SuccessDecides(v1::Mode mode) {
  return mode == v1::MODE_ANY || mode == v1::MODE_RACE || mode == v1::MODE_QUORUM;
}

}  // namespace

TaskGroupTally::TaskGroupTally(v1::Policy policy) : policy_(std::move(policy)) {}

void TaskGroupTally::TakeOpened(std::string gather_id) {
  opened_ = true;
  kept_.set_gather_id(std::move(gather_id));
}

void TaskGroupTally::NoteAdded(v1::Requirement requirement) {
  if (requirement == v1::REQUIREMENT_REQUIRED) ++required_;
}

bool TaskGroupTally::Count(const TaskCall& call, const v1::Outcome& outcome, bool unreadable) {
  const bool counts = call.requirement != v1::REQUIREMENT_OPTIONAL;
  if (!IsRealFailure(outcome)) {
    if (!counts || outcome.disposition() != v1::DISPOSITION_SUCCEEDED) return false;
    ++successes_;
    if (call.requirement == v1::REQUIREMENT_REQUIRED) ++required_successes_;
    satisfied_ = satisfied_ || SuccessesSatisfy();
    raced_ = true;
    return false;
  }
  ++total_failures_;
  if (unreadable) ++unreadable_;
  if (counts) {
    ++failures_;
    if (unreadable) misread_ = call.name;
    if (!first_.has_value()) first_ = Describe(call, outcome);
  }
  const bool decides = !decided_.has_value() && FailsGroup(call.requirement);
  if (decides) {
    decided_ = Describe(call, outcome);
    decided_->misread = unreadable;
  }
  if (counts) raced_ = true;
  Keep(outcome);
  // PROPAGATE lets the rest run on.
  if (!decides || !unreadable || policy_.mode() == v1::MODE_PROPAGATE) return false;
  stopping_ = !asked_to_end_early_;
  return stopping_;
}

// Of the last success, whether the engine must have decided by it or before.
bool TaskGroupTally::SuccessesSatisfy() const {
  if (decided_.has_value() || asked_to_end_early_) return false;
  if (policy_.mode() == v1::MODE_RACE) return !raced_;
  if (required_successes_ < required_) return false;
  if (policy_.mode() == v1::MODE_ANY) return true;
  return policy_.mode() == v1::MODE_QUORUM && successes_ >= policy_.min_successes();
}

bool TaskGroupTally::FailsGroup(v1::Requirement requirement) const {
  if (requirement == v1::REQUIREMENT_REQUIRED) return true;
  if (requirement == v1::REQUIREMENT_OPTIONAL) return false;
  if (policy_.mode() == v1::MODE_RACE) return !raced_;
  if (policy_.mode() == v1::MODE_COLLECT) {
    return policy_.has_max_failures() && failures_ > policy_.max_failures();
  }
  return FirstFailureDecides(policy_.mode());
}

// Where one failure does not decide, the first that counts gives the status.
TaskGroupTally::Failed TaskGroupTally::Describe(const TaskCall& call,
                                                const v1::Outcome& outcome) const {
  Failed failed{call.name, outcome.status(), !call.problem.ok()};
  const bool required = call.requirement == v1::REQUIREMENT_REQUIRED;
  if (required || FirstFailureDecides(policy_.mode())) failed.cause = v1::CAUSE_SIBLING_FAILED;
  if (!required && policy_.mode() == v1::MODE_COLLECT && first_.has_value()) {
    failed.status = first_->status;
  }
  return failed;
}

void TaskGroupTally::Keep(const v1::Outcome& outcome) {
  auto& kept = *kept_.mutable_failures();
  if (kept.size() == kMaxFailures) {
    if (!IsPinned(outcome.index())) return;
    int last = kept.size() - 1;
    while (IsPinned(kept.Get(last).index())) --last;
    kept.DeleteSubrange(last, 1);
  }
  AddFailure(outcome, &kept_);
}

bool TaskGroupTally::IsPinned(std::uint32_t index) const {
  return (first_.has_value() && first_->call.index == index) ||
         (decided_.has_value() && decided_->call.index == index);
}

void TaskGroupTally::Relabel(v1::Outcome* outcome) const {
  if (!stopping_ || outcome->cause() != v1::CAUSE_GROUP_ENDED) return;
  outcome->set_cause(decided_->cause);
  outcome->set_caused_by(decided_->call.index);
  outcome->mutable_status()->set_message("a reply of the group could not be read");
}

void TaskGroupTally::TakeBreach(absl::Status breach) {
  if (breach_.ok()) breach_ = std::move(breach);
}

void TaskGroupTally::TakeEnd(absl::Status status) {
  if (!breach_.ok()) {
    told_.reset();
    lost_ = breach_;
  } else if (told_.has_value()) {
    lost_ = absl::OkStatus();
  } else if (status.ok()) {
    lost_ = absl::InternalError("the group ended without a summary");
  } else if (caller_cancelled_ && absl::IsCancelled(status)) {
    // gRPC and the engine word it differently.
    lost_ = absl::CancelledError("the caller cancelled the group");
  } else {
    lost_ = std::move(status);
  }
}

absl::Status TaskGroupTally::status() const {
  // The caller's own cancel took the summary only, not what was decided.
  if (satisfied_ && breach_.ok() && caller_cancelled_ && absl::IsCancelled(lost_)) {
    return absl::OkStatus();
  }
  if (!lost_.ok() && (!decided_.has_value() || !breach_.ok() || IsRefusal(lost_))) {
    absl::Status status = lost_;
    if (total_failures_ > 0 && !IsRefusal(lost_)) {
      status.SetPayload(kGatherFailureUrl,
                        absl::Cord(ListFailures(v1::Decision()).SerializeAsString()));
    }
    return status;
  }
  const v1::Decision decision = Judge();
  const Failed* failed = FailedBy(decision);
  return StatusOfDecision(ListFailures(decision),
                          failed == nullptr ? std::nullopt : std::optional(failed->call));
}

Summary TaskGroupTally::summary() const {
  v1::GatherResponse response;
  if (told_.has_value()) {
    *response.mutable_summary() = Corrected();
    *response.mutable_decision() = Judge();
  } else {
    response.mutable_summary()->set_gather_id(kept_.gather_id());
  }
  return SummaryFromProto(response);
}

v1::Summary TaskGroupTally::Corrected() const {
  v1::Summary summary = *told_;
  summary.set_succeeded(told_->succeeded() - unreadable_);
  summary.set_failed(told_->failed() + unreadable_);
  return summary;
}

// What the engine decided; or what follows from the failures, where it cannot know or told nothing.
v1::Decision TaskGroupTally::Judge() const {
  if (!told_.has_value() || stopping_) return Failure(decided_->call.index, decided_->status);
  v1::Decision decision = told_->decision();
  if (decision.verdict() == v1::VERDICT_SATISFIED && MisreadFailsGroup()) {
    if (decided_.has_value() && decided_->misread) {
      return Failure(decided_->call.index, decided_->status);
    }
    return Failure(misread_->index, first_->status);
  }
  // The engine has refused in other words what was wrong here.
  const Failed* failed = FailedBy(decision);
  if (failed != nullptr && failed->refused_here && decision.status().code() == kInvalid) {
    *decision.mutable_status() = failed->status;
  }
  return decision;
}

bool TaskGroupTally::MisreadFailsGroup() const {
  if (unreadable_ == 0) return false;
  if (decided_.has_value() && decided_->misread) return true;
  if (!misread_.has_value()) return false;
  if (policy_.mode() == v1::MODE_ANY) return successes_ == 0;
  return policy_.mode() == v1::MODE_QUORUM && successes_ < policy_.min_successes();
}

// Whose failure gave the decision its status, if it is known.
const TaskGroupTally::Failed* TaskGroupTally::FailedBy(const v1::Decision& decision) const {
  if (decision.verdict() != v1::VERDICT_FAILED || !decision.has_decided_by()) return nullptr;
  const bool by_one = decided_.has_value() && decided_->call.index == decision.decided_by();
  if (by_one && decided_->cause == v1::CAUSE_SIBLING_FAILED) return &*decided_;
  if (by_one && policy_.mode() == v1::MODE_RACE) return &*decided_;
  if (!first_.has_value() || first_->status.code() != decision.status().code()) return nullptr;
  return &*first_;
}

v1::GatherFailure TaskGroupTally::ListFailures(const v1::Decision& decision) const {
  v1::GatherFailure failures = kept_;
  std::sort(failures.mutable_failures()->pointer_begin(),
            failures.mutable_failures()->pointer_end(),
            [](const auto* a, const auto* b) { return a->index() < b->index(); });
  *failures.mutable_decision() = decision;
  failures.set_total_failures(total_failures_);
  if (told_.has_value()) {
    failures.set_gather_id(told_->gather_id());
    *failures.mutable_summary() = Corrected();
  }
  return failures;
}

TaskGroupEnding TaskGroupTally::ending() const {
  TaskGroupEnding ending;
  ending.lost = lost_;
  ending.opened = opened_;
  ending.caller_cancelled = caller_cancelled_;
  if (!lost_.ok()) return ending;
  const v1::Decision decision = Judge();
  if (decision.verdict() == v1::VERDICT_DEADLINE_EXCEEDED) {
    ending.cause = v1::CAUSE_GATHER_DEADLINE;
  } else if (decision.verdict() == v1::VERDICT_CANCELLED) {
    ending.cause = decision.status().code() == kShutdown ? v1::CAUSE_SHUTDOWN : v1::CAUSE_CALLER;
  } else if (decision.has_decided_by() &&
             (decision.verdict() == v1::VERDICT_FAILED || SuccessDecides(policy_.mode()))) {
    const Failed* failed = FailedBy(decision);
    const bool by_sibling = decision.verdict() == v1::VERDICT_FAILED &&
                            (FirstFailureDecides(policy_.mode()) ||
                             (failed != nullptr && failed->cause == v1::CAUSE_SIBLING_FAILED));
    ending.cause = by_sibling ? v1::CAUSE_SIBLING_FAILED : v1::CAUSE_DECIDED;
    ending.caused_by = decision.decided_by();
  }
  return ending;
}

}  // namespace gather::internal
