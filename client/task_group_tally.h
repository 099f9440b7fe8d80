#ifndef GATHER_CLIENT_TASK_GROUP_TALLY_H_
#define GATHER_CLIENT_TASK_GROUP_TALLY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "gather/named_call.h"
#include "gather/summary.h"
#include "gather/task_group_ending.h"
#include "gather/task_state.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {

// What is kept of a group's outcomes: enough for its status, whatever their number (of real
// failures the first 100, and never less than those that decide). Here it is judged, too, what a
// reply that cannot be read means for the group, since the engine takes it for a success.
//
// Pure: outcomes in, verdict out. Not thread-safe.
class TaskGroupTally {
 public:
  static constexpr int kMaxFailures = 100;

  explicit TaskGroupTally(v1::Policy policy);

  // The engine has taken the group in.
  void TakeOpened(std::string gather_id);

  // The caller has asked for an early end, or for cancelling.
  void NoteEndEarly() { asked_to_end_early_ = true; }
  void NoteCancelled() { caller_cancelled_ = true; }

  // A sub-call is on its way to the engine.
  void NoteAdded(v1::Requirement requirement);

  // Counts one outcome. `unreadable`: it is FAILED here, but SUCCEEDED in the engine's eyes. True:
  // by that the group has failed, so that the rest must be ended from here, by an early end.
  bool Count(const TaskCall& call, const v1::Outcome& outcome, bool unreadable);

  // Names the real cause in the outcome of a sub-call that such an early end has stopped.
  void Relabel(v1::Outcome* outcome) const;

  void TakeSummary(v1::Summary summary) { told_ = std::move(summary); }

  // The engine broke the protocol; the first breach is the group's status.
  void TakeBreach(absl::Status breach);

  // How the way to the engine ended, or why it was never taken. Call once; then:
  void TakeEnd(absl::Status status);

  // OK when the policy is satisfied. Else as Gather's, with the real failures kept and their
  // number; or the refusal; or why the group was lost, unless it had failed before, or had been
  // satisfied by successes before the caller cancelled it.
  absl::Status status() const;

  // All zero but for the id where no summary came.
  Summary summary() const;

  TaskGroupEnding ending() const;

 private:
  // A failure and what it does to the rest.
  struct Failed {
    NamedCall call;
    v1::Status status;  // what it makes the group's
    bool refused_here = false;
    bool misread = false;
    v1::Cause cause = v1::CAUSE_DECIDED;
  };

  bool SuccessesSatisfy() const;
  bool FailsGroup(v1::Requirement requirement) const;
  Failed Describe(const TaskCall& call, const v1::Outcome& outcome) const;
  void Keep(const v1::Outcome& outcome);
  bool IsPinned(std::uint32_t index) const;

  v1::Summary Corrected() const;
  v1::Decision Judge() const;
  bool MisreadFailsGroup() const;
  const Failed* FailedBy(const v1::Decision& decision) const;
  v1::GatherFailure ListFailures(const v1::Decision& decision) const;

  const v1::Policy policy_;
  bool opened_ = false;
  bool asked_to_end_early_ = false;
  bool caller_cancelled_ = false;

  // Of sub-calls that count.
  std::uint32_t successes_ = 0;
  std::uint32_t failures_ = 0;
  bool raced_ = false;  // the first has ended

  std::uint32_t required_ = 0;
  std::uint32_t required_successes_ = 0;
  bool satisfied_ = false;  // by successes, in ANY, RACE or QUORUM, before anything else decided

  std::optional<Failed> first_;       // the first that counts
  std::optional<Failed> decided_;     // by which the policy must have failed
  bool stopping_ = false;             // by that one, and only this library knows it
  std::optional<NamedCall> misread_;  // the last that counts and is a success for the engine
  std::uint32_t unreadable_ = 0;
  std::uint32_t total_failures_ = 0;
  v1::GatherFailure kept_;

  std::optional<v1::Summary> told_;
  absl::Status breach_;
  absl::Status lost_;
};

}  // namespace gather::internal

#endif  // GATHER_CLIENT_TASK_GROUP_TALLY_H_
