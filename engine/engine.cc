#include "engine/engine.h"

#include <algorithm>
#include <cassert>
#include <optional>
#include <utility>
#include <vector>

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

}  // namespace

Engine::Engine(Worker* worker, Invoker* invoker, std::shared_ptr<const EngineOptions> options)
    : worker_(worker), invoker_(invoker), options_(std::move(options)) {}

Engine::~Engine() { assert(idle()); }

std::variant<GatherRun*, Refusal> Engine::Start(std::unique_ptr<v1::GatherRequest> request,
                                                const Caller& caller, AnswerSink* sink) {
  if (draining_) return Draining();
  if (caller.deadline <= worker_->now()) return NoTime();
  auto planned = MakePlan(std::move(request), options_->targets, options_->plan);
  if (auto* refusal = std::get_if<Refusal>(&planned)) return std::move(*refusal);
  Plan& plan = std::get<Plan>(planned);
  RunSettings settings{.gather_id = caller.gather_id,
                       .accepted = worker_->now(),
                       .deadline = GatherDeadline(plan, caller),
                       .max_response_bytes = options_->max_response_bytes,
                       .cancel_grace = options_->cancel_grace};
  auto run = std::make_unique<GatherRun>(worker_, invoker_, std::move(plan), std::move(settings),
                                         sink, static_cast<RunOwner*>(this));
  GatherRun* const started = run.get();
  runs_.emplace(started, std::move(run));
  started->Start();
  return started;
}

Time Engine::GatherDeadline(const Plan& plan, const Caller& caller) const {
  const Time now = worker_->now();
  Time deadline = now + options_->plan.max_timeout;
  if (plan.timeout) deadline = std::min(deadline, now + *plan.timeout);
  if (caller.deadline != kNever) {
    const Duration left = caller.deadline - now;
    return std::min(deadline, caller.deadline - answer_reserve_.For(left));
  }
  return plan.timeout ? deadline : std::min(deadline, now + options_->plan.default_timeout);
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

void Engine::OnRunEnded(GatherRun* run) {
  runs_.erase(run);
  if (idle() && on_idle_) std::exchange(on_idle_, nullptr)();
}

}  // namespace gather::engine
