#ifndef GATHER_CLIENT_STATUS_FROM_PROTO_H_
#define GATHER_CLIENT_STATUS_FROM_PROTO_H_

#include "absl/status/status.h"
#include "gather/v1/gather.pb.h"

namespace gather::internal {

// The status with each detail as payload under its type URL. Of two details under one URL the
// first stands, since an absl::Status holds one; the wire's form has them all.
absl::Status StatusFromProto(const v1::Status& proto);

// Adds the details of `proto` to `status` in the same way.
void AddDetails(const v1::Status& proto, absl::Status* status);

}  // namespace gather::internal

#endif  // GATHER_CLIENT_STATUS_FROM_PROTO_H_
