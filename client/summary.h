#ifndef GATHER_CLIENT_SUMMARY_H_
#define GATHER_CLIENT_SUMMARY_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gather/v1/gather.pb.h"

namespace gather {

// What a gather's policy decided. Numbers are the wire's.
enum class Verdict {
  kNone = 0,  // no decision: the gather was refused, or its answer was lost
  kSatisfied = 1,
  kFailed = 2,
  kDeadlineExceeded = 3,
  kCancelled = 4,
};

// "SATISFIED", "DEADLINE_EXCEEDED" …; "NONE" for kNone.
absl::string_view ToString(Verdict verdict);

// One gather in numbers. A plain value; all zero where the gather was refused or its answer lost.
struct Summary {
  std::string gather_id;  // names the gather in the server's log and traces
  Verdict verdict = Verdict::kNone;
  std::optional<std::uint32_t> decided_by;  // the sub-call whose end fixed the verdict
  std::uint32_t succeeded = 0;
  std::uint32_t failed = 0;
  std::uint32_t cancelled = 0;
  std::uint32_t not_started = 0;
  std::uint32_t rejected = 0;
  std::uint32_t detached = 0;
  absl::Duration elapsed;
  absl::Duration overhead;                 // of it, with no sub-call outstanding at a backend
  std::optional<std::uint32_t> straggler;  // the sub-call that ended last
};

namespace internal {

Summary SummaryFromProto(const v1::GatherResponse& response);
Summary SummaryFromProto(const v1::Summary& proto, const v1::Decision& decision);

}  // namespace internal
}  // namespace gather

#endif  // GATHER_CLIENT_SUMMARY_H_
