#include "gather/summary.h"

#include "absl/strings/strip.h"
#include "gather/duration.h"

namespace gather {
namespace {

Verdict VerdictFromProto(v1::Verdict verdict) {
  return verdict > v1::VERDICT_CANCELLED ? Verdict::kNone : static_cast<Verdict>(verdict);
}

}  // namespace

absl::string_view ToString(Verdict verdict) {
  if (verdict == Verdict::kNone) return "NONE";
  const std::string& name = v1::Verdict_Name(static_cast<v1::Verdict>(verdict));
  return absl::StripPrefix(absl::string_view(name.data(), name.size()), "VERDICT_");
}

namespace internal {

Summary SummaryFromProto(const v1::GatherResponse& response) {
  return SummaryFromProto(response.summary(), response.decision());
}

Summary SummaryFromProto(const v1::Summary& proto, const v1::Decision& decision) {
  Summary summary;
  summary.gather_id = proto.gather_id();
  summary.verdict = VerdictFromProto(decision.verdict());
  if (decision.has_decided_by()) summary.decided_by = decision.decided_by();
  summary.succeeded = proto.succeeded();
  summary.failed = proto.failed();
  summary.cancelled = proto.cancelled();
  summary.not_started = proto.not_started();
  summary.rejected = proto.rejected();
  summary.detached = proto.detached();
  summary.elapsed = FromProto(proto.elapsed());
  summary.overhead = FromProto(proto.overhead());
  if (proto.has_straggler()) summary.straggler = proto.straggler();
  return summary;
}

}  // namespace internal
}  // namespace gather
