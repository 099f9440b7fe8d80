#include "server/span_log.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "engine/trace_context.h"
#include "server/log.h"
#include "server/metrics/words.h"
#include "server/rpc_name.h"

namespace gather::server {
namespace {

bool Sampled(const engine::RunSettings& gather) {
  return gather.forwarded.trace && gather.forwarded.trace->sampled;
}

// Spans happened on the monotonic clock, and are told on the wall's.
std::string WallTime(engine::Time time, engine::Time now) {
  const absl::Time wall = absl::Now() - absl::FromChrono(now - time);
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E9SZ", wall, absl::UTCTimeZone());
}

struct Span {
  std::uint64_t id;
  std::uint64_t parent;
  absl::string_view kind;
  std::string name;
  engine::Time start;
  engine::Time end;
};

void Write(const Span& span, const engine::RunSettings& gather, engine::Time now,
           const std::vector<LogField>& attributes) {
  std::vector<LogField> fields = {
      {"trace_id", gather.forwarded.trace->trace_id},
      {"span_id", engine::SpanIdText(span.id)},
      {"parent_span_id", engine::SpanIdText(span.parent)},
      {"kind", span.kind},
      {"name", span.name},
      {"start", WallTime(span.start, now)},
      {"seconds", absl::ToDoubleSeconds(absl::FromChrono(span.end - span.start))},
      {"gather_id", gather.gather_id},
  };
  fields.insert(fields.end(), attributes.begin(), attributes.end());
  LogAlways("span", fields);
}

// The sub-call's, and its attempt's within. `accepted` is the sub-call's own.
void WriteSubCall(const engine::RunSettings& gather, std::uint32_t index,
                  const engine::PlannedCall& call, const engine::Outcome& outcome,
                  engine::Time accepted, engine::Time now) {
  const std::uint64_t id = engine::ChildSpanId(gather.forwarded.trace->span, index);
  const bool ended = outcome.timing.finished.count() > 0;  // else it was detached, and runs on
  const engine::Time end = ended ? accepted + outcome.timing.finished : now;
  const std::string name = absl::StrCat(call.target_name, " ", call.method);
  std::vector<LogField> attributes = {
      {"index", index},
      {"id", call.sub_call->id()},
      {"disposition", Word(outcome.disposition)},
      {"cause", Word(outcome.cause)},
      {"code", CodeWord(outcome.status == nullptr ? 0 : outcome.status->code())}};
  Write({id, gather.forwarded.trace->span, "sub_call", name, accepted, end}, gather, now,
        attributes);
  if (outcome.timing.attempts == 0) return;
  attributes.emplace_back("peer", outcome.timing.peer);
  Write({engine::ChildSpanId(id, 0), id, "attempt", name, accepted + outcome.timing.started, end},
        gather, now, attributes);
}

// When a streamed sub-call was accepted that ends now. One that is detached from a group has not
// ended: then it is known only when it was sent.
engine::Time AcceptedAt(const engine::RunSettings& gather, const engine::Outcome& outcome,
                        engine::Time now) {
  if (gather.kind != engine::RunKind::kGroup) return gather.accepted;
  return now - std::max(outcome.timing.finished, outcome.timing.started);
}

}  // namespace

void SpanLog::OnOutcome(const engine::RunSettings& gather, std::uint32_t index,
                        const engine::PlannedCall& call, const engine::Outcome& outcome,
                        engine::Time now) {
  if (Sampled(gather)) {
    WriteSubCall(gather, index, call, outcome, AcceptedAt(gather, outcome, now), now);
  }
}

void SpanLog::OnAnswer(const engine::RunSettings& gather, const engine::Answer& answer,
                       engine::Time now) {
  if (!Sampled(gather)) return;
  for (std::size_t i = 0; i < answer.outcomes.size(); ++i) {
    WriteSubCall(gather, static_cast<std::uint32_t>(i), answer.plan.calls[i], answer.outcomes[i],
                 gather.accepted, now);
  }
  const engine::TraceContext& trace = *gather.forwarded.trace;
  Write(
      {trace.span, trace.parent, "gather", std::string(RpcName(gather.kind)), gather.accepted, now},
      gather, now,
      {{"label", answer.plan.label()},
       {"mode", Word(answer.plan.policy.mode())},
       {"verdict", Word(answer.decision.verdict())}});
}

}  // namespace gather::server
