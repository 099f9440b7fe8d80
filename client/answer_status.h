#ifndef GATHER_CLIENT_ANSWER_STATUS_H_
#define GATHER_CLIENT_ANSWER_STATUS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "gather/sent_calls.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {

// The status that the wire's table gives for this response's verdict with AS_STATUS, uncut: code
// and message of the deciding failure, an ErrorInfo, and a GatherFailure that lists every real
// failure. OK for SATISFIED.
absl::Status StatusOfAnswer(const v1::GatherResponse& response, const SentCalls& sent);

// Whether that sub-call's failure, where it fails the gather, does so without any other: then it is
// its status that the decision carries, else the first failure's in time.
bool DecidesAlone(const SentCalls& sent, std::uint32_t index);

}  // namespace gather::internal

#endif  // GATHER_CLIENT_ANSWER_STATUS_H_
