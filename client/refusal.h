#ifndef GATHER_CLIENT_REFUSAL_H_
#define GATHER_CLIENT_REFUSAL_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {

inline constexpr absl::string_view kErrorInfoUrl = "type.googleapis.com/google.rpc.ErrorInfo";
inline constexpr absl::string_view kGatherFailureUrl =
    "type.googleapis.com/gather.v1.GatherFailure";
inline constexpr absl::string_view kDomain = "gather.v1";

// A refusal of the client library itself, in the form of the server's: message `field: what`, and
// an ErrorInfo of domain gather.v1 that carries `reason` and the field's name.
absl::Status MakeRefusal(absl::StatusCode code, absl::string_view reason, absl::string_view field,
                         absl::string_view what);

// Whether `status` is a refusal, of the library or of a server: nothing was sent to any backend.
bool IsRefusal(const absl::Status& status);

// Adds `info` (its domain set to gather.v1) as payload.
void AddErrorInfo(v1::ErrorInfo info, absl::Status* status);

}  // namespace gather::internal

#endif  // GATHER_CLIENT_REFUSAL_H_
