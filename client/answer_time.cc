#include "gather/answer_time.h"

#include <algorithm>

#include "gather/duration.h"
#include "google/protobuf/duration.pb.h"

namespace gather::internal {
namespace {

template <typename Request>
void Bound(absl::Duration left, Request* request) {
  const absl::Duration timeout = left - TimeForTheAnswer(left);
  if (request->has_timeout() && FromProto(request->timeout()) <= timeout) return;
  google::protobuf::Duration proto;
  // Not OK: the deadline has passed just now, which gRPC sees to, or is 10,000 years away.
  if (TimeoutToProto(timeout, "timeout", &proto).ok()) *request->mutable_timeout() = proto;
}

}  // namespace

absl::Duration TimeForTheAnswer(absl::Duration left) {
  return std::min(left / 5, std::clamp(left / 50, absl::Milliseconds(10), absl::Milliseconds(100)));
}

void KeepTimeForTheAnswer(absl::Duration left, v1::GatherRequest* request) { Bound(left, request); }

void KeepTimeForTheAnswer(absl::Duration left, v1::Open* open) { Bound(left, open); }

}  // namespace gather::internal
