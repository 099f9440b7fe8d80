#include "server/metrics/worker_metrics.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"

namespace gather::server {
namespace {

constexpr int kUnimplemented = 12;

absl::string_view TargetName(const engine::PlannedCall& call) {
  return call.target == nullptr ? call.target_name : absl::string_view(call.target->name);
}

// Whether the method is known to be one: what is refused here, or by the backend, has no label.
bool MayBeNew(const engine::Outcome& outcome) {
  return outcome.disposition != v1::DISPOSITION_REJECTED &&
         (outcome.status == nullptr || outcome.status->code() != kUnimplemented);
}

std::uint64_t ReplyBytes(const engine::Outcome& outcome) {
  return outcome.responses == nullptr ? outcome.response.Length() : outcome.responses->counted();
}

// Whether nothing but we can have given that reason: before it was sent, nobody else could; of what
// was sent, a backend can make its failure look like the transport's, with details of its own.
bool IsReasonOfOurs(const engine::Outcome& outcome, absl::string_view reason) {
  return (outcome.delivery == v1::DELIVERY_NEVER_SENT &&
          outcome.origin == v1::ORIGIN_ORCHESTRATOR) ||
         reason == "REPLY_TOO_LARGE" || reason == "TOTAL_REPLY_TOO_LARGE" ||
         reason == "BACKEND_PROTOCOL";
}

// The reason of what we refused, before or after it was sent; empty: a backend's own failure.
std::string ReasonOf(const engine::Outcome& outcome) {
  if (outcome.origin == v1::ORIGIN_BACKEND || outcome.status == nullptr) return "";
  for (auto detail = outcome.status->details().rbegin(); detail != outcome.status->details().rend();
       ++detail) {
    v1::ErrorInfo info;
    if (!info.ParseFromString(detail->value()) || info.domain() != "gather.v1") continue;
    return IsReasonOfOurs(outcome, info.reason()) ? info.reason() : "";
  }
  return "";
}

}  // namespace

void WorkerMetrics::AddTarget(absl::string_view name) {
  TargetMetrics*& found = by_target_[name];
  if (found == nullptr) found = targets_.Add(name);
}

TargetMetrics* WorkerMetrics::OfTarget(absl::string_view name) {
  const auto found = by_target_.find(name);
  if (found != by_target_.end()) return found->second;
  AddTarget(kOtherTarget);
  return by_target_.find(kOtherTarget)->second;
}

void WorkerMetrics::CountOutcome(const engine::PlannedCall& call, const engine::Outcome& outcome) {
  Count(outcome, Find(call, outcome));
}

void WorkerMetrics::Walk::Count(const engine::PlannedCall& call, const engine::Outcome& outcome) {
  const bool same =
      found_ != nullptr && call.target == target_ && target_ != nullptr && call.method == method_;
  if (!same) {
    target_ = call.target;
    method_ = call.method;
    found_ = metrics_->Find(call, outcome);
  }
  metrics_->Count(outcome, found_);
}

MethodMetrics* WorkerMetrics::Find(const engine::PlannedCall& call,
                                   const engine::Outcome& outcome) {
  const auto found = by_method_.find(KeyView(TargetName(call), call.method));
  return found != by_method_.end() ? found->second : FindNew(call, outcome);
}

MethodMetrics* WorkerMetrics::FindNew(const engine::PlannedCall& call,
                                      const engine::Outcome& outcome) {
  TargetMetrics* const target = OfTarget(TargetName(call));
  if (target->target == kOtherTarget || !MayBeNew(outcome)) return Labelled(target, kOtherMethod);
  if (labels_->Admit(target->target, call.method)) return Labelled(target, call.method);
  MethodMetrics* const other = Labelled(target, kOtherMethod);
  if (denied_ < kMaxDenied) {
    ++denied_;
    by_method_.emplace(Key(target->target, call.method), other);
  }
  return other;
}

MethodMetrics* WorkerMetrics::Labelled(TargetMetrics* target, absl::string_view method) {
  MethodMetrics*& found = by_method_[Key(target->target, method)];
  if (found == nullptr) found = methods_.Add(target, method);
  return found;
}

void WorkerMetrics::Count(const engine::Outcome& outcome, MethodMetrics* metrics) {
  const engine::Timing& timing = outcome.timing;
  metrics->outcomes[outcome.disposition][outcome.origin][outcome.cause].Add();
  metrics->target->queued.Observe(static_cast<std::uint64_t>(timing.queued.count()));
  if (timing.attempts > 0) {
    metrics->target->attempts.Add(timing.attempts);
    if (timing.finished >= timing.started) {
      metrics->duration.Observe(
          static_cast<std::uint64_t>((timing.finished - timing.started).count()));
    }
  }
  if (outcome.delivery == v1::DELIVERY_ANSWERED && !outcome.from_fallback &&
      outcome.disposition == v1::DISPOSITION_SUCCEEDED) {
    metrics->reply_bytes.Observe(ReplyBytes(outcome));
  } else if (outcome.status != nullptr) {
    CountFailure(outcome, metrics);
  }
}

void WorkerMetrics::CountFailure(const engine::Outcome& outcome, MethodMetrics* metrics) {
  if (!outcome.from_fallback && !engine::IsRealFailure(outcome)) return;
  const auto code = static_cast<std::size_t>(outcome.status->code());
  if (code < TargetMetrics::kCodes) metrics->target->failures[code].Add();
  if (const std::string reason = ReasonOf(outcome); !reason.empty()) CountRefusal("slot", reason);
}

void WorkerMetrics::CountRefusal(absl::string_view level, absl::string_view reason) {
  const auto found = by_reason_.find(KeyView(level, reason));
  if (found != by_reason_.end()) return found->second->count.Add();
  RefusalMetrics* const added = refusals_.Add(level, reason);
  by_reason_.emplace(Key(level, reason), added);
  added->count.Add();
}

}  // namespace gather::server
