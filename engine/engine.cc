#include "engine/engine.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "engine/forwarded.h"
#include "engine/hop_path.h"
#include "engine/policy_check.h"
#include "engine/trace_context.h"

namespace gather::engine {
namespace {

constexpr int kDeadlineExceeded = 4;
constexpr int kUnavailable = 14;

Refusal Draining() {
  return {kUnavailable, "DRAINING", "the server is shutting down: retry elsewhere", {}};
}

Refusal NoTime() {
  return {kDeadlineExceeded, "NO_TIME", "the caller's deadline had passed: nothing was sent", {}};
}

Forwarded ForwardedFrom(const Caller& caller) {
  Forwarded forwarded;
  forwarded.hop_path = caller.hop_path;
  forwarded.trace = caller.trace;
  if (caller.principal != nullptr) forwarded.principal = caller.principal->name;
  if (forwarded.trace) {
    forwarded.trace->parent = caller.trace->span;
    forwarded.trace->span = NewSpanId();
  }
  return forwarded;
}

}  // namespace

Engine::Engine(Worker* worker, Invoker* invoker, std::shared_ptr<const EngineOptions> options,
               Observer* observer)
    : worker_(worker), invoker_(invoker), observer_(observer) {
  SetOptions(std::move(options));
}

Engine::~Engine() { assert(idle()); }

void Engine::SetOptions(std::shared_ptr<const EngineOptions> options) {
  options_ = options.get();
  editions_.push_back({std::move(options)});
  if (editions_.size() > 1) DropUnused(&*std::prev(editions_.end(), 2));
}

void Engine::DropUnused(const Edition* edition) {
  if (edition->runs > 0) return;
  const auto found = std::find_if(editions_.begin(), editions_.end(),
                                  [edition](const Edition& each) { return &each == edition; });
  const std::shared_ptr<const EngineOptions> options = std::move(found->options);
  editions_.erase(found);
  absl::flat_hash_set<std::size_t> used;
  for (const Edition& other : editions_) {
    for (const auto& target : other.options->targets.all()) used.insert(target->channel_id);
  }
  for (const auto& target : options->targets.all()) {
    if (!used.contains(target->channel_id)) invoker_->Drop(target->channel_id);
  }
}

std::optional<Refusal> Engine::CheckOpen() const {
  if (draining_) return Draining();
  return CheckAdmission(options_->limits, worker_->now());
}

std::variant<GatherRun*, Refusal> Engine::Start(Request request, const Caller& caller,
                                                AnswerSink* sink, RunKind kind) {
  if (auto refusal = Admit(caller)) return *std::move(refusal);
  auto planned = MakePlan(std::move(request), options_->targets, options_->plan, GrantsOf(caller));
  if (auto* refusal = std::get_if<Refusal>(&planned)) return std::move(*refusal);
  Plan& plan = std::get<Plan>(planned);
  if (auto refusal = AdmitDetached(plan)) return *std::move(refusal);
  return StartRun(std::move(plan), kind, caller, sink);
}

std::variant<GatherRun*, Refusal> Engine::StartGroup(v1::Open open, const Caller& caller,
                                                     AnswerSink* sink) {
  if (auto refusal = Admit(caller)) return *std::move(refusal);
  auto planned =
      MakeGroupPlan(std::move(open), options_->targets, options_->plan, GrantsOf(caller));
  if (auto* refusal = std::get_if<Refusal>(&planned)) return std::move(*refusal);
  Plan& plan = std::get<Plan>(planned);
  if (auto refusal = AdmitDetached(plan)) return *std::move(refusal);
  return StartRun(std::move(plan), RunKind::kGroup, caller, sink);
}

std::optional<Refusal> Engine::Admit(const Caller& caller) const {
  if (draining_) return Draining();
  if (caller.deadline <= worker_->now()) return NoTime();
  return CheckHopPath(caller.hop_path);
}

const Grants* Engine::GrantsOf(const Caller& caller) const {
  if (options_->access == nullptr) return nullptr;
  return &options_->access->For(caller.principal == nullptr ? "" : caller.principal->name);
}

std::optional<Refusal> Engine::AdmitDetached(const Plan& plan) const {
  const bool may_detach = plan.policy.mode() == v1::MODE_PROPAGATE ||
                          std::any_of(plan.calls.begin(), plan.calls.end(),
                                      [](const PlannedCall& call) { return call.shielded; });
  if (!may_detach || !options_->detached_budget->exhausted()) return std::nullopt;
  return RefuseDetached();
}

std::variant<GatherRun*, Refusal> Engine::StartRun(Plan plan, RunKind kind, const Caller& caller,
                                                   AnswerSink* sink) {
  const std::size_t sent = plan.validate_only() ? 0 : plan.calls.size();
  auto place = GatherPlace::Take(options_->limits, caller.principal.get(), sent,
                                 kind == RunKind::kGroup, worker_->now());
  if (auto* refusal = std::get_if<Refusal>(&place)) return std::move(*refusal);
  RunSettings settings{.gather_id = caller.gather_id,
                       .kind = kind,
                       .accepted = worker_->now(),
                       .deadline = GatherDeadline(plan, kind, caller),
                       .max_timeout = options_->plan.max_timeout,
                       .detached_timeout = options_->detached_timeout,
                       .cancel_grace = options_->cancel_grace,
                       .max_response_bytes = options_->max_response_bytes,
                       .forwarded = ForwardedFrom(caller),
                       .observer = observer_};
  if (caller.principal != nullptr) {
    settings.principal = caller.principal->name;
    settings.weight = caller.principal->weight;
  }
  settings.buffered = options_->limits.buffered;
  settings.reply_sizes = &reply_sizes_;
  settings.place = std::get<std::unique_ptr<GatherPlace>>(std::move(place));
  if (observer_ != nullptr) observer_->OnAccepted(settings);
  auto run = std::make_unique<GatherRun>(worker_, invoker_, options_->detached_budget.get(),
                                         std::move(plan), std::move(settings), sink,
                                         static_cast<RunOwner*>(this));
  GatherRun* const started = run.get();
  Edition* const edition = &editions_.back();
  ++edition->runs;
  runs_.emplace(started, Running{std::move(run), edition});
  started->Start();
  return started;
}

Time Engine::GatherDeadline(const Plan& plan, RunKind kind, const Caller& caller) const {
  const Time now = worker_->now();
  const PlanLimits& limits = options_->plan;
  const bool open_ended = kind == RunKind::kGroup;  // the maximum binds each of its sub-calls
  Time deadline = open_ended ? kNever : now + limits.max_timeout;
  if (plan.timeout) deadline = std::min(deadline, now + *plan.timeout);
  if (caller.deadline != kNever) {
    const Duration left = caller.deadline - now;
    return std::min(deadline, caller.deadline - answer_reserve_.For(left));
  }
  if (plan.timeout || open_ended) return deadline;
  return std::min(deadline, now + limits.default_timeout);
}

void Engine::CancelAll(v1::Cause cause) {
  std::vector<GatherRun*> running;
  for (const auto& [run, owned] : runs_) running.push_back(run);
  for (GatherRun* run : running) run->Cancel(cause);
}

void Engine::NotifyWhenIdle(std::function<void()> on_idle) {
  if (idle()) return on_idle();
  on_idle_ = std::move(on_idle);
}

EngineLoad Engine::load() const {
  EngineLoad load;
  for (const auto& [run, running] : runs_) {
    (run->answered() ? load.detached : load.in_flight) += run->in_flight();
    if (run->answered()) continue;
    ++load.gathers;
    load.queued += run->queued();
  }
  return load;
}

LiveView Engine::Describe(std::size_t max_gathers, std::size_t max_slots) const {
  std::vector<const GatherRun*> oldest;
  for (const auto& [run, running] : runs_) oldest.push_back(run);
  const std::size_t shown = std::min(max_gathers, oldest.size());
  std::partial_sort(
      oldest.begin(), oldest.begin() + static_cast<std::ptrdiff_t>(shown), oldest.end(),
      [](const GatherRun* a, const GatherRun* b) { return a->accepted() < b->accepted(); });
  LiveView view{load(), runs_.size(), {}};
  for (std::size_t i = 0; i < shown; ++i) view.gathers.push_back(oldest[i]->Describe(max_slots));
  return view;
}

void Engine::OnDetachedFailure(const DetachedFailure& failure) {
  if (observer_ != nullptr) observer_->OnDetachedFailure(failure);
  if (!options_->on_detached_failure) return;
  // Not here and now: this may be the thread of a caller who waits for a gather.
  worker_->Post([report = options_->on_detached_failure, failure] { report(failure); });
}

void Engine::OnRunEnded(GatherRun* run) {
  const auto ended = runs_.find(run);
  Edition* const edition = ended->second.edition;
  runs_.erase(ended);
  --edition->runs;
  if (edition != &editions_.back()) DropUnused(edition);
  if (idle() && on_idle_) std::exchange(on_idle_, nullptr)();
}

}  // namespace gather::engine
