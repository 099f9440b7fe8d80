#include "server/audit_log.h"

#include <cstddef>
#include <utility>

#include "server/log.h"
#include "server/metrics/words.h"
#include "server/rpc_name.h"

namespace gather::server {
namespace {

void Add(const engine::PlannedCall& call, const engine::Outcome& outcome, CallTally* calls) {
  calls->Add(call.target_name, call.method, outcome.disposition);
}

}  // namespace

void AuditLog::OnOutcome(const engine::RunSettings& gather, const engine::PlannedCall& call,
                         const engine::Outcome& outcome) {
  Add(call, outcome, &streamed_[&gather]);
}

void AuditLog::OnAnswer(const engine::RunSettings& gather, const engine::Answer& answer) {
  CallTally calls;
  if (const auto streamed = streamed_.extract(&gather)) calls = std::move(streamed.mapped());
  for (std::size_t i = 0; i < answer.outcomes.size(); ++i) {
    Add(answer.plan.calls[i], answer.outcomes[i], &calls);
  }
  LogAlways("audit", AuditFields(gather, answer, calls));
}

void AuditLog::OnRefused(const Asked& asked, const engine::Refusal& refusal) {
  LogAlways("audit", AuditFields(asked, refusal));
}

std::vector<LogField> AuditFields(const engine::RunSettings& gather, const engine::Answer& answer,
                                  const CallTally& calls) {
  std::vector<LogField> fields = {
      {"gather_id", gather.gather_id},
      {"principal", gather.forwarded.principal},
      {"rpc", RpcName(gather.kind)},
      {"label", answer.plan.label()},
      {"mode", Word(answer.plan.policy.mode())},
      {"verdict", Word(answer.decision.verdict())},
      {"calls", calls.Lines()},
  };
  if (calls.left_out() > 0) fields.emplace_back("calls_left_out", calls.left_out());
  return fields;
}

std::vector<LogField> AuditFields(const Asked& asked, const engine::Refusal& refusal) {
  return {{"gather_id", asked.gather_id},
          {"principal", asked.principal},
          {"rpc", asked.rpc},
          {"refused", refusal.reason}};
}

}  // namespace gather::server
