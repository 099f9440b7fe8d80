#ifndef GATHER_CLIENT_ANSWER_STATUS_H_
#define GATHER_CLIENT_ANSWER_STATUS_H_

#include "absl/status/status.h"
#include "gather/sent_calls.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {

// The status that the wire's table gives for this response's verdict with AS_STATUS, uncut: code
// and message of the deciding failure, an ErrorInfo, and a GatherFailure that lists every real
// failure. OK for SATISFIED.
absl::Status StatusOfAnswer(const v1::GatherResponse& response, const SentCalls& sent);

}  // namespace gather::internal

#endif  // GATHER_CLIENT_ANSWER_STATUS_H_
