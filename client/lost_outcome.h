#ifndef GATHER_CLIENT_LOST_OUTCOME_H_
#define GATHER_CLIENT_LOST_OUTCOME_H_

#include "absl/status/status.h"
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

// Fills in what is known of a sub-call whose gather was refused, cancelled or lost with `lost`:
// everything but index and id. "Never sent" only where that is sure.
void AccountForLoss(const absl::Status& lost, Fate fate, v1::Outcome* outcome);

}  // namespace gather::internal

#endif  // GATHER_CLIENT_LOST_OUTCOME_H_
