#include "server/gather_log.h"

#include <cstddef>
#include <string>

#include "engine/utf8.h"

namespace gather::server {
namespace {

void AddFirstFailure(const engine::Answer& answer, std::vector<LogField>* fields) {
  const std::vector<engine::FailureView> failures = engine::FailuresOf(answer);
  if (failures.empty()) return;
  const engine::FailureView& first = failures.front();
  constexpr std::size_t kMaxMessage = 256;
  fields->emplace_back("first_failure", first.index);
  fields->emplace_back("id", first.id);
  fields->emplace_back("target", first.target);
  fields->emplace_back("method", first.method);
  fields->emplace_back("code", first.status->code());
  fields->emplace_back("message",
                       std::string(engine::CutUtf8(first.status->message(), kMaxMessage)));
}

}  // namespace

std::vector<LogField> FailureFields(const engine::Answer& answer) {
  const v1::Summary& summary = answer.summary;
  std::vector<LogField> fields = {
      {"gather_id", answer.gather_id},
      {"label", std::string(answer.plan.label())},
      {"verdict", v1::Verdict_Name(answer.decision.verdict())},
      {"succeeded", summary.succeeded()},
      {"failed", summary.failed()},
      {"cancelled", summary.cancelled()},
      {"not_started", summary.not_started()},
      {"rejected", summary.rejected()},
      {"detached", summary.detached()},
  };
  AddFirstFailure(answer, &fields);
  return fields;
}

bool HasFailed(const engine::Answer& answer) {
  const v1::Verdict verdict = answer.decision.verdict();
  return verdict != v1::VERDICT_UNSPECIFIED && verdict != v1::VERDICT_SATISFIED;
}

void LogFailedGather(const engine::Answer& answer, std::uint64_t suppressed) {
  if (!Logs(LogLevel::kWarning)) return;
  std::vector<LogField> fields = FailureFields(answer);
  if (suppressed > 0) fields.emplace_back("suppressed", suppressed);
  Log(LogLevel::kWarning, "gather_failed", fields);
}

}  // namespace gather::server
