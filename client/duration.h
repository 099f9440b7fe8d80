#ifndef GATHER_CLIENT_DURATION_H_
#define GATHER_CLIENT_DURATION_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"

namespace gather::internal {

// Writes a timeout. kInvalidArgument, naming `field`, for one that is not positive or that the wire
// cannot hold (infinite, over 10,000 years); `proto` is then unchanged. Below a nanosecond rounds
// up, so that a positive timeout stays one.
absl::Status TimeoutToProto(absl::Duration timeout, absl::string_view field,
                            google::protobuf::Duration* proto);

absl::Duration FromProto(const google::protobuf::Duration& proto);

}  // namespace gather::internal

#endif  // GATHER_CLIENT_DURATION_H_
