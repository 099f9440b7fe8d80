#ifndef GATHER_CLIENT_DECISION_STATUS_H_
#define GATHER_CLIENT_DECISION_STATUS_H_

#include <optional>

#include "absl/status/status.h"
#include "gather/named_call.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {

// Whether the outcome is a real failure: FAILED, REJECTED, or expired before it was sent. Siblings
// that the gather cancelled are none.
bool IsRealFailure(const v1::Outcome& outcome);

// Appends a real failure's facts to the list.
void AddFailure(const v1::Outcome& outcome, v1::GatherFailure* failures);

// The status that the wire's table gives for the verdict in `failures.decision` with AS_STATUS,
// uncut: code and message of the deciding failure, which `deciding` names where one is known, an
// ErrorInfo, and `failures` as payload. OK for SATISFIED. `total_failures` may be more than are
// listed.
absl::Status StatusOfDecision(const v1::GatherFailure& failures,
                              const std::optional<NamedCall>& deciding);

}  // namespace gather::internal

#endif  // GATHER_CLIENT_DECISION_STATUS_H_
