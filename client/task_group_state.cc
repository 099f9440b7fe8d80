#include "gather/task_group_state.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gather/decision_status.h"
#include "gather/lost_outcome.h"
#include "gather/prepared_gather.h"
#include "gather/reaction.h"
#include "gather/refusal.h"

namespace gather::internal {
namespace {

void LogToStandardError(absl::string_view line) {
  std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
}

bool IsNumber(const std::string& id) {
  return !id.empty() && id.find_first_not_of("0123456789") == std::string::npos;
}

TaskCall Remember(std::uint32_t index, const CallDescription& call, absl::Status problem) {
  const v1::SubCall& rest = call.rest();
  TaskCall remembered;
  remembered.name = {index, rest.id().empty() ? absl::StrCat(index) : rest.id(), call.target(),
                     call.method()};
  remembered.requirement = rest.requirement();
  remembered.shielded = rest.shielded();
  if (rest.has_fallback()) remembered.fallback = std::make_unique<v1::Fallback>(rest.fallback());
  remembered.problem = std::move(problem);
  return remembered;
}

// A call that cannot be sent as it is goes as one that the engine refuses, too, so that it has its
// place and counts for the policy as every refused one does.
v1::SubCall Refusable(const CallDescription& call) {
  v1::SubCall refusable;
  refusable.set_target(call.target());
  refusable.set_requirement(call.rest().requirement());
  return refusable;
}

// What is wrong with the call in itself is true whatever became of the group.
void Reject(const absl::Status& problem, v1::Outcome* outcome) {
  outcome->set_disposition(v1::DISPOSITION_REJECTED);
  *outcome->mutable_status() = ToProto(problem);
  outcome->set_origin(v1::ORIGIN_ORCHESTRATOR);
  outcome->set_delivery(v1::DELIVERY_NEVER_SENT);
}

}  // namespace

std::shared_ptr<TaskGroupState> TaskGroupState::Open(const std::shared_ptr<Connection>& connection,
                                                     const Options& options, TaskGroupLog log) {
  Options with_policy = options;
  if (!with_policy.policy.has_value()) with_policy.policy = FailFast();
  PreparedGather prepared(Verb::kSettled, with_policy, 0);
  v1::Open open;
  *open.mutable_policy() = std::move(*prepared.request->mutable_policy());
  if (prepared.request->has_timeout()) *open.mutable_timeout() = prepared.request->timeout();
  open.set_max_concurrency(options.max_concurrency);
  if (prepared.request->has_defaults()) *open.mutable_defaults() = prepared.request->defaults();
  open.set_label(options.label);

  std::shared_ptr<TaskGroupState> group(
      new TaskGroupState(connection, options, open.policy(), std::move(log)));
  if (!prepared.refusal().ok()) {
    group->Refuse(prepared.refusal());
  } else if (options.cancellation.stop_requested()) {
    group->tally_.NoteCancelled();
    group->Refuse(absl::CancelledError("the caller cancelled the group"));
  } else {
    group->Start(*connection, options, std::move(open), prepared.context);
  }
  return group;
}

TaskGroupState::TaskGroupState(const std::shared_ptr<Connection>& connection,
                               const Options& options, v1::Policy policy, TaskGroupLog log)
    : name_(options.label.empty() ? "a group" : absl::StrCat("group \"", options.label, "\"")),
      log_(log == nullptr ? LogToStandardError : std::move(log)),
      dispatcher_(std::make_shared<const Dispatcher>(connection, options.executor)),
      tally_(std::move(policy)) {}

void TaskGroupState::Start(Connection& connection, const Options& options, v1::Open open,
                           const GatherContext& context) {
  caller_stop_.Watch(options, [this] { Cancel(); });
  const std::lock_guard sending(send_mutex_);
  pending_ = connection.StartGroup(std::move(open), context, shared_from_this());
  if (cancelled_) pending_->Cancel();  // asked for before there was anything to cancel
}

void TaskGroupState::Refuse(absl::Status refusal) {
  tally_.TakeEnd(std::move(refusal));
  status_ = tally_.status();
  ended_ = finished_ = true;
}

void TaskGroupState::Spawn(const std::shared_ptr<TaskState>& task, CallDescription call) {
  {
    const std::lock_guard sending(send_mutex_);
    if (TakeIn(task, call)) {
      v1::SubCall sub_call;
      if (task->call().problem.ok()) {
        std::move(call).MoveTo(&sub_call);
      } else {
        sub_call = Refusable(call);
      }
      pending_->Add(std::move(sub_call));
      return;
    }
  }
  TaskGroupEnding ending;
  {
    const std::lock_guard lock(mutex_);
    if (ended_) {
      ending = tally_.ending();
    } else if (cancelled_) {
      ending.cause = v1::CAUSE_CALLER;
    }
  }
  FinishUnaccounted(*task, ending, /*sent=*/false);
}

// Whether the group still takes sub-calls.
bool TaskGroupState::TakeIn(const std::shared_ptr<TaskState>& task, const CallDescription& call) {
  const std::lock_guard lock(mutex_);
  const std::uint32_t index = next_index_++;
  task->set_call(Remember(index, call, ProblemOf(call, index)));
  if (ended_ || joined_ || cancelled_) return false;
  if (task->call().problem.ok() && !call.rest().id().empty()) ids_.insert(call.rest().id());
  tally_.NoteAdded(call.rest().requirement());
  tasks_.emplace(index, task);
  ++active_;
  return true;
}

// What is wrong with the call in itself, or would break the whole group's protocol.
absl::Status TaskGroupState::ProblemOf(const CallDescription& call, std::uint32_t index) const {
  if (!call.problem().ok()) return call.problem();
  const std::string& id = call.rest().id();
  if (ids_.contains(id)) {
    return MakeRefusal(absl::StatusCode::kInvalidArgument, "DUPLICATE_ID", "id",
                       absl::StrCat("\"", id, "\" is the id of a sub-call that has not ended"));
  }
  if (IsNumber(id) && id != absl::StrCat(index)) {
    return MakeRefusal(
        absl::StatusCode::kInvalidArgument, "BAD_ID", "id",
        absl::StrCat("\"", id, "\" is a number, but not the sub-call's index ", index));
  }
  return absl::OkStatus();
}

std::shared_ptr<TaskState> TaskGroupState::TakeOut(std::uint32_t index) {
  const std::lock_guard lock(mutex_);
  const auto found = tasks_.find(index);
  if (found == tasks_.end()) return nullptr;
  std::shared_ptr<TaskState> task = std::move(found->second);
  tasks_.erase(found);
  if (task->call().problem.ok()) ids_.erase(task->call().name.id);
  return task;
}

absl::Status TaskGroupState::Wait() {
  const bool on_worker = dispatcher_->OnWorkerThread();
  const bool in_reaction = Reaction::Runs(this);
  {
    const std::lock_guard lock(mutex_);
    if (on_worker && !finished_) return OnWorkerThreadError();
    if (in_reaction && !finished_) {
      return absl::FailedPreconditionError(
          "a reaction to a task cannot wait for its own group, which waits for it: co_await "
          "AsyncWait() or continue it with Then()");
    }
  }
  LetEnd();
  {
    std::unique_lock lock(mutex_);
    finish_came_.wait(lock, [this] { return finished_; });
  }
  return TakeStatus();
}

std::shared_ptr<TaskGroupWait> TaskGroupState::StartWait() {
  auto wait = std::make_shared<TaskGroupWait>(shared_from_this());
  LetEnd();
  {
    const std::lock_guard lock(mutex_);
    if (!finished_) {
      waits_.push_back(wait);
      return wait;
    }
  }
  wait->Finish();
  return wait;
}

absl::Status TaskGroupState::TakeStatus() {
  const std::lock_guard lock(mutex_);
  status_taken_ = true;
  return status_;
}

void TaskGroupState::LetEnd() {
  bool idle;
  {
    const std::lock_guard lock(mutex_);
    joining_ = true;
    idle = active_ == 0;
  }
  if (idle) SendJoin(/*only_if_idle=*/true);
}

void TaskGroupState::Release() {
  {
    const std::lock_guard lock(mutex_);
    if (--active_ > 0 || !joining_) return;
  }
  SendJoin(/*only_if_idle=*/true);
}

void TaskGroupState::Join() { SendJoin(/*only_if_idle=*/false); }

void TaskGroupState::SendJoin(bool only_if_idle) {
  const std::lock_guard sending(send_mutex_);
  {
    const std::lock_guard lock(mutex_);
    if (ended_ || joined_ || (only_if_idle && active_ > 0)) return;
    joined_ = true;
  }
  pending_->Join();
}

void TaskGroupState::EndEarly() {
  const std::lock_guard sending(send_mutex_);
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    tally_.NoteEndEarly();
  }
  pending_->EndEarly();
}

void TaskGroupState::Cancel() {
  const std::lock_guard sending(send_mutex_);
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    tally_.NoteCancelled();
    cancelled_ = true;
  }
  if (pending_ != nullptr) pending_->Cancel();
}

void TaskGroupState::CancelTask(std::uint32_t index) {
  const std::lock_guard sending(send_mutex_);
  std::string id;
  {
    const std::lock_guard lock(mutex_);
    const auto task = tasks_.find(index);
    if (ended_ || task == tasks_.end()) return;
    const TaskCall& call = task->second->call();
    id = call.problem.ok() ? call.name.id : absl::StrCat(index);
  }
  pending_->CancelCall(std::move(id));
}

Summary TaskGroupState::summary() const {
  const std::lock_guard lock(mutex_);
  return finished_ ? tally_.summary() : Summary();
}

void TaskGroupState::OnFailureSeen(std::uint32_t index) {
  const std::lock_guard lock(mutex_);
  unseen_.Remove(index);
}

std::shared_ptr<void> TaskGroupState::KeepOpen() {
  {
    const std::lock_guard lock(mutex_);
    ++active_;
  }
  return {this, [group = shared_from_this()](void*) { group->Release(); }};
}

void TaskGroupState::OnOpened(std::string gather_id) {
  const std::lock_guard lock(mutex_);
  tally_.TakeOpened(std::move(gather_id));
}

void TaskGroupState::OnOutcome(v1::Outcome outcome) {
  const std::shared_ptr<TaskState> task = TakeOut(outcome.index());
  if (task == nullptr) {
    return Break(absl::InternalError(absl::StrCat("an outcome of sub-call ", outcome.index(),
                                                  ", which has ended or never was")));
  }
  const TaskCall& call = task->call();
  outcome.set_id(call.name.id);
  if (!call.problem.ok() && outcome.disposition() == v1::DISPOSITION_REJECTED) {
    *outcome.mutable_status() = ToProto(call.problem);
  }
  const bool unreadable = !task->ReadReply(&outcome);
  bool fails_group;
  {
    const std::lock_guard lock(mutex_);
    tally_.Relabel(&outcome);
    fails_group = tally_.Count(call, outcome, unreadable);
  }
  if (fails_group) {
    const std::lock_guard sending(send_mutex_);
    pending_->EndEarly();
  }
  Finish(*task, std::move(outcome));
  Release();
}

void TaskGroupState::OnSummary(v1::Summary summary) {
  const std::lock_guard lock(mutex_);
  tally_.TakeSummary(std::move(summary));
}

void TaskGroupState::OnEnd(absl::Status status) {
  caller_stop_.End();
  std::vector<std::pair<std::uint32_t, std::shared_ptr<TaskState>>> unaccounted;
  TaskGroupEnding ending;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    if (dispatcher_->ended()) tally_.NoteCancelled();
    tally_.TakeEnd(std::move(status));
    ending = tally_.ending();
    unaccounted.assign(tasks_.begin(), tasks_.end());
    tasks_.clear();
    ids_.clear();
  }
  std::sort(unaccounted.begin(), unaccounted.end());
  for (const auto& [index, task] : unaccounted) FinishUnaccounted(*task, ending, /*sent=*/true);

  std::unique_ptr<PendingGroup> pending;
  {
    const std::lock_guard sending(send_mutex_);
    pending.swap(pending_);
  }
  std::vector<std::shared_ptr<TaskGroupWait>> waits;
  bool abandoned;
  {
    const std::lock_guard lock(mutex_);
    finished_ = true;
    status_ = tally_.status();
    abandoned = abandoned_;
    waits.swap(waits_);
    finish_came_.notify_all();
  }
  for (const auto& wait : waits) wait->Finish();
  if (abandoned) Log();
}

void TaskGroupState::Finish(TaskState& task, v1::Outcome outcome) {
  if (IsRealFailure(outcome)) {
    const std::lock_guard lock(mutex_);
    unseen_.Add(task.call().name, outcome.status());
  }
  task.Finish(std::move(outcome));
}

void TaskGroupState::FinishUnaccounted(TaskState& task, const TaskGroupEnding& ending, bool sent) {
  v1::Outcome outcome;
  outcome.set_index(task.call().name.index);
  outcome.set_id(task.call().name.id);
  if (task.call().problem.ok()) {
    AccountFor(ending, sent, &outcome);
  } else {
    Reject(task.call().problem, &outcome);
  }
  // What has started of a shielded one runs on.
  if (task.call().shielded && outcome.disposition() == v1::DISPOSITION_CANCELLED) {
    outcome.set_disposition(v1::DISPOSITION_DETACHED);
    outcome.clear_cause();
  }
  Finish(task, std::move(outcome));
}

void TaskGroupState::Break(absl::Status breach) {
  {
    const std::lock_guard lock(mutex_);
    tally_.TakeBreach(std::move(breach));
  }
  const std::lock_guard sending(send_mutex_);
  pending_->Cancel();
}

void TaskGroupState::Abandon() {
  Cancel();
  const bool on_worker = dispatcher_->OnWorkerThread();
  {
    std::unique_lock lock(mutex_);
    abandoned_ = on_worker && !finished_;
    if (abandoned_) return;
    finish_came_.wait(lock, [this] { return finished_; });
  }
  Log();
}

void TaskGroupState::Log() {
  std::vector<std::string> lines;
  {
    const std::lock_guard lock(mutex_);
    if (!status_taken_) lines = unseen_.Lines(name_);
  }
  for (const std::string& line : lines) log_(line);
}

}  // namespace gather::internal
