#ifndef GATHER_CLIENT_DECISION_CORRECTION_H_
#define GATHER_CLIENT_DECISION_CORRECTION_H_

#include <cstdint>
#include <optional>

#include "absl/time/time.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {

// A real failure, and when it came.
struct TimedFailure {
  std::uint32_t index = 0;
  v1::Status status;
  absl::Duration finished;
};

// How the sub-calls that count (are not OPTIONAL) ended.
struct Tally {
  std::uint32_t successes = 0;
  std::uint32_t failures = 0;                 // real ones
  std::optional<TimedFailure> first_failure;  // in time

  void Note(const v1::Outcome& outcome, v1::Requirement requirement);
};

// The engine let `failed` succeed, but the library cannot read its reply: says so in the counts of
// `summary`, and in `decision` where the policy would not have been satisfied so. `tally` is of all
// sub-calls as the library reads them, this failure included.
void TakeBackSuccess(const v1::Outcome& failed, v1::Requirement requirement,
                     const v1::Policy& policy, const Tally& tally, v1::Summary* summary,
                     v1::Decision* decision);

}  // namespace gather::internal

#endif  // GATHER_CLIENT_DECISION_CORRECTION_H_
