#ifndef GATHER_ENGINE_ENGINE_H_
#define GATHER_ENGINE_ENGINE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "absl/container/flat_hash_map.h"
#include "engine/access.h"
#include "engine/answer_reserve.h"
#include "engine/async/time.h"
#include "engine/async/worker.h"
#include "engine/attempt.h"
#include "engine/caller.h"
#include "engine/detached_budget.h"
#include "engine/gather_place.h"
#include "engine/gather_run.h"
#include "engine/limits/reply_sizes.h"
#include "engine/live_gather.h"
#include "engine/observer.h"
#include "engine/plan.h"
#include "engine/refusal.h"
#include "engine/request.h"
#include "engine/run_settings.h"
#include "engine/target.h"
#include "gather/v1/gather.pb.h"

namespace gather::engine {

// What every worker's engine of one process shares. Immutable once an engine has it.
struct EngineOptions {
  TargetTable targets;

  // Who may call what of the targets. Null: everybody all that they allow.
  std::shared_ptr<const AccessTable> access;

  PlanLimits plan;
  std::uint64_t max_request_bytes = 64ull << 20;
  std::uint64_t max_response_bytes = 64ull << 20;
  Duration cancel_grace = std::chrono::milliseconds(100);

  // What the server as a whole takes on, and each principal.
  ServerLimits limits = {};

  // What may run on after its gather was answered: how many sub-calls, each for how long; and who
  // is told, on a worker's own thread, when one of them fails.
  std::shared_ptr<DetachedBudget> detached_budget = std::make_shared<DetachedBudget>(1'000);
  Duration detached_timeout = std::chrono::seconds(60);
  std::function<void(const DetachedFailure&)> on_detached_failure;
};

// Runs gathers on one worker: the door's request in, one answer out.
//
//   engine.Start(std::move(request), {NewGatherId(), deadline}, &sink);  // sink.OnAnswer()
//   comes later
//
// Knows nothing of servers, and of gRPC only what its Invoker does. Threads: everything on the
// worker's. Destruction: only when idle() is true.
class Engine final : private RunOwner {
 public:
  // `observer`, if there is one, is told what this engine does; it outlives the engine.
  Engine(Worker* worker, Invoker* invoker, std::shared_ptr<const EngineOptions> options,
         Observer* observer = nullptr);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine();

  // Why no gather is taken on now, whatever it says: DRAINING or OVERLOADED. Before the request is
  // looked at.
  std::optional<Refusal> CheckOpen() const;

  // Checks the request and starts it. The run may be used for GatherRun::Cancel() until the sink
  // has its answer. A refusal means that nothing was sent and the sink will hear nothing.
  std::variant<GatherRun*, Refusal> Start(Request request, const Caller& caller, AnswerSink* sink,
                                          RunKind kind = RunKind::kTogether);

  // The same for a group, to which sub-calls are added while it runs.
  std::variant<GatherRun*, Refusal> StartGroup(v1::Open open, const Caller& caller,
                                               AnswerSink* sink);

  // Gathers that start from now on have these options; those that run keep theirs. Channels of
  // targets that are in them, unchanged, are kept; others are dropped with the last gather that has
  // them.
  void SetOptions(std::shared_ptr<const EngineOptions> options);

  // New gathers are refused from now on: DRAINING.
  void Drain() { draining_ = true; }

  // Stops every gather, with that cause; each answers.
  void CancelAll(v1::Cause cause);

  // Calls `on_idle` once, as soon as no gather is running; at once when that is so already.
  void NotifyWhenIdle(std::function<void()> on_idle);
  bool idle() const { return runs_.empty(); }

  // What it has to do, and some of the gathers, the oldest first, with some of their sub-calls.
  EngineLoad load() const;
  LiveView Describe(std::size_t max_gathers, std::size_t max_slots) const;

  // Of gathers that start now.
  const EngineOptions& options() const { return *options_; }
  AnswerReserve* answer_reserve() { return &answer_reserve_; }

 private:
  void OnRunEnded(GatherRun* run) override;
  void OnDetachedFailure(const DetachedFailure& failure) override;

  // Options, and how many gathers run with them.
  struct Edition {
    std::shared_ptr<const EngineOptions> options;
    std::size_t runs = 0;
  };
  struct Running {
    std::unique_ptr<GatherRun> run;
    Edition* edition;
  };

  void DropUnused(const Edition* edition);

  std::optional<Refusal> Admit(const Caller& caller) const;
  const Grants* GrantsOf(const Caller& caller) const;
  std::optional<Refusal> AdmitDetached(const Plan& plan) const;
  std::variant<GatherRun*, Refusal> StartRun(Plan plan, RunKind kind, const Caller& caller,
                                             AnswerSink* sink);
  Time GatherDeadline(const Plan& plan, RunKind kind, const Caller& caller) const;

  Worker* const worker_;
  Invoker* const invoker_;
  std::list<Edition> editions_;  // the last is what new gathers have
  const EngineOptions* options_;
  Observer* const observer_;
  AnswerReserve answer_reserve_;
  ReplySizes reply_sizes_;
  bool draining_ = false;
  absl::flat_hash_map<GatherRun*, Running> runs_;
  std::function<void()> on_idle_;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_ENGINE_H_
