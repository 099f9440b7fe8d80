#include "server/gather_log.h"

#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/utf8.h"

namespace gather::server {
namespace {

void AddFirstFailure(const engine::Answer& answer, std::vector<LogField>* fields) {
  const std::vector<engine::FailureView> failures = engine::FailuresOf(answer);
  if (failures.empty()) return;
  const engine::FailureView& first = failures.front();
  constexpr std::size_t kMaxMessage = 256;
  fields->emplace_back("first_failure", absl::StrCat(first.index));
  fields->emplace_back("id", std::string(first.id));
  fields->emplace_back("target", std::string(first.target));
  fields->emplace_back("method", std::string(first.method));
  fields->emplace_back("code", absl::StrCat(first.status->code()));
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
      {"succeeded", absl::StrCat(summary.succeeded())},
      {"failed", absl::StrCat(summary.failed())},
      {"cancelled", absl::StrCat(summary.cancelled())},
      {"not_started", absl::StrCat(summary.not_started())},
      {"rejected", absl::StrCat(summary.rejected())},
      {"detached", absl::StrCat(summary.detached())},
  };
  AddFirstFailure(answer, &fields);
  return fields;
}

void LogIfFailed(const engine::Answer& answer) {
  const v1::Verdict verdict = answer.decision.verdict();
  if (verdict == v1::VERDICT_UNSPECIFIED || verdict == v1::VERDICT_SATISFIED) return;
  Log(LogLevel::kWarning, "gather_failed", FailureFields(answer));
}

}  // namespace gather::server
