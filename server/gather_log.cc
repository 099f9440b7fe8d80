#include "server/gather_log.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/utf8.h"

namespace gather::server {
namespace {

void AddFirstFailure(const engine::Answer& answer, std::vector<LogField>* fields) {
  const auto found =
      std::find_if(answer.outcomes.begin(), answer.outcomes.end(), engine::IsRealFailure);
  if (found == answer.outcomes.end()) return;
  const auto index = found - answer.outcomes.begin();
  const v1::SubCall& call = *answer.plan.calls[index].sub_call;
  constexpr std::size_t kMaxMessage = 256;
  fields->emplace_back("first_failure", absl::StrCat(index));
  fields->emplace_back("id", call.id());
  fields->emplace_back("target", call.target());
  fields->emplace_back("method", call.method());
  fields->emplace_back("code", absl::StrCat(found->status->code()));
  fields->emplace_back("message",
                       std::string(engine::CutUtf8(found->status->message(), kMaxMessage)));
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
