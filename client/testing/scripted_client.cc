#include "gather/testing/scripted_client.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "gather/duration.h"
#include "gather/testing/scripted_run.h"
#include "gather/testing/scripted_stream.h"

namespace gather::testing {
namespace {

using internal::ScriptedRun;

// The earlier of both, as the gather's own.
template <typename Asked>
absl::Duration TimeoutOf(const Asked& asked, const GatherContext& context) {
  absl::Duration timeout = absl::InfiniteDuration();
  if (asked.has_timeout()) timeout = gather::internal::FromProto(asked.timeout());
  if (!context.deadline.has_value()) return timeout;
  const auto left = *context.deadline - std::chrono::steady_clock::now();
  return std::min(timeout, std::max(absl::FromChrono(left), absl::ZeroDuration()));
}

template <typename Asked>
ScriptedRun::Plan PlanOf(const Asked& asked, const GatherContext& context) {
  return {asked.policy(), asked.max_concurrency(), TimeoutOf(asked, context), asked.defaults()};
}

// One group on its way.
struct GroupRun {
  std::string gather_id;
  ScriptedRun run;
  std::size_t messages = 0;  // taken so far
};

// All at once: the gather's sub-calls are known.
absl::Status Launch(const v1::GatherRequest& request, ScriptedRun* run) {
  for (const v1::SubCall& call : request.calls()) run->Add(call);
  absl::Status sealed = run->Seal();
  if (sealed.ok()) run->Run();
  return sealed;
}

void Emit(ScriptedRun* run, const std::string& gather_id, ScriptedStream* stream) {
  for (v1::Outcome& outcome : run->TakeEnded()) stream->EmitOutcome(std::move(outcome));
  if (!run->done()) return;
  stream->EmitSummary(run->summary(gather_id));
  stream->End(absl::OkStatus());
}

void Take(const v1::TaskGroupRequest& message, ScriptedRun* run) {
  switch (message.request_case()) {
    case v1::TaskGroupRequest::kAdd:
      return run->Add(message.add());
    case v1::TaskGroupRequest::kCancel:
      return run->Withdraw(message.cancel().id());
    default:
      return run->EndEarly();
  }
}

}  // namespace

class ScriptedClient::Script {
 public:
  ScriptedMethod& On(absl::string_view target, absl::string_view method) {
    const std::lock_guard lock(mutex_);
    auto& found = methods_[{std::string(target), std::string(method)}];
    if (found == nullptr) found = std::make_unique<ScriptedMethod>();
    return *found;
  }

  std::optional<Connection::Response> Gather(const v1::GatherRequest& request,
                                             const GatherContext& context) {
    ScriptedRun run(PlanOf(request, context), Finder());
    if (absl::Status refusal = Launch(request, &run); !refusal.ok()) return refusal;
    if (!run.done()) return std::nullopt;
    auto response = std::make_unique<v1::GatherResponse>();
    while (response->outcomes_size() < request.calls_size()) response->add_outcomes();
    for (v1::Outcome& outcome : run.TakeEnded()) {
      *response->mutable_outcomes(static_cast<int>(outcome.index())) = std::move(outcome);
    }
    *response->mutable_summary() = run.summary(NewGatherId());
    *response->mutable_decision() = response->summary().decision();
    return response;
  }

  void Serve(ScriptedStream* stream) {
    ScriptedRun run(PlanOf(stream->request(), stream->context()), Finder());
    if (absl::Status refusal = Launch(stream->request(), &run); !refusal.ok()) {
      return stream->End(std::move(refusal));
    }
    Emit(&run, NewGatherId(), stream);
  }

  // On the worker thread alone.
  void Serve(ScriptedGroup* group) {
    auto found = groups_.find(group);
    if (found == groups_.end()) {
      const std::string id = NewGatherId();
      group->EmitOpened(id);
      ScriptedRun run(PlanOf(group->open(), group->context()), Finder());
      found = groups_.emplace(group, GroupRun{id, std::move(run)}).first;
    }
    Advance(group, &found->second);
    if (group->ended()) groups_.erase(found);
  }

 private:
  static void Advance(ScriptedGroup* group, GroupRun* serving) {
    const bool joined = group->joined();  // before the messages: none comes after it
    for (const v1::TaskGroupRequest& message : group->messages(serving->messages)) {
      if (serving->run.done()) return;
      ++serving->messages;
      Take(message, &serving->run);
      serving->run.Run();
      Emit(&serving->run, serving->gather_id, group);
    }
    if (!joined || serving->run.done()) return;
    if (absl::Status refusal = serving->run.Seal(); !refusal.ok()) {
      return group->End(std::move(refusal));
    }
    serving->run.Run();
    Emit(&serving->run, serving->gather_id, group);
  }

  ScriptedRun::Scripts Finder() {
    return [this](const v1::SubCall& call) { return Find(call); };
  }

  ScriptedMethod* Find(const v1::SubCall& call) {
    const std::lock_guard lock(mutex_);
    const auto found = methods_.find({call.target(), call.method()});
    return found == methods_.end() ? nullptr : found->second.get();
  }

  std::string NewGatherId() {
    const std::lock_guard lock(mutex_);
    return absl::StrFormat("%032x", ++gathers_);
  }

  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::unique_ptr<ScriptedMethod>> methods_;
  std::uint64_t gathers_ = 0;
  std::map<const ScriptedGroup*, GroupRun> groups_;
};

ScriptedClient::ScriptedClient()
    : script_(std::make_shared<Script>()),
      connection_(new ScriptedConnection()),
      client_(std::unique_ptr<Connection>(connection_)) {
  connection_->ServeGathers(
      [script = script_](const v1::GatherRequest& request, const GatherContext& context) {
        return script->Gather(request, context);
      });
  connection_->ServeStreams([script = script_](const std::shared_ptr<ScriptedStream>& stream) {
    script->Serve(stream.get());
  });
  connection_->ServeGroups([script = script_](const std::shared_ptr<ScriptedGroup>& group) {
    script->Serve(group.get());
  });
}

ScriptedMethod& ScriptedClient::On(absl::string_view target, absl::string_view method) {
  return script_->On(target, method);
}

}  // namespace gather::testing
