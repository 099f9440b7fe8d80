#ifndef GATHER_CLIENT_ANSWER_TIME_H_
#define GATHER_CLIENT_ANSWER_TIME_H_

#include "absl/time/time.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {

// How much of `left`, what is left to the caller, is kept back so that the answer is in time: 2 %
// of it, at least 10 ms, at most 100 ms, never over 20 %.
absl::Duration TimeForTheAnswer(absl::Duration left);

// Bounds the own time of a gather or a group by what remains of `left` then. A timeout that is
// shorter already stays.
//
// A server keeps time back, too, but knows the caller's deadline only as gRPC sent it, which rounds
// up by as much as 1 %: 100 ms of 40 s. A timeout is exact.
void KeepTimeForTheAnswer(absl::Duration left, v1::GatherRequest* request);
void KeepTimeForTheAnswer(absl::Duration left, v1::Open* open);

}  // namespace gather::internal

#endif  // GATHER_CLIENT_ANSWER_TIME_H_
