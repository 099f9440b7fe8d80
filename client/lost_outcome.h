#ifndef GATHER_CLIENT_LOST_OUTCOME_H_
#define GATHER_CLIENT_LOST_OUTCOME_H_

#include <cstdint>

#include "absl/status/status.h"
#include "gather/sent_calls.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {

// How far came what brought no response.
enum class Fate {
  kNotSent,  // the library refused it, or it was cancelled before it was sent
  kSent,
  kCancelled,  // sent, and the caller cancelled it
  kElsewhere,  // it goes on, or its answer is somebody else's
};

// The wire's form, each payload as detail.
v1::Status ToProto(const absl::Status& status);

// Why there is no response, in the library's own words where the caller has cancelled: gRPC and the
// engine word it differently. Never OK.
absl::Status ReasonOfLoss(absl::Status status, Fate fate);

// Fills in what is known of a sub-call whose gather was refused, cancelled or lost with `lost`:
// everything but index and id. "Never sent" only where that is sure.
void AccountForLoss(const absl::Status& lost, Fate fate, v1::Outcome* outcome);

// The same for sub-call `index` of a gather. A shielded one that would be CANCELLED is DETACHED:
// what has started of it runs on.
v1::Outcome LostOutcome(const absl::Status& lost, Fate fate, const SentCalls& sent,
                        std::uint32_t index);

}  // namespace gather::internal

#endif  // GATHER_CLIENT_LOST_OUTCOME_H_
