#ifndef GATHER_CLI_REQUEST_DRAFT_H_
#define GATHER_CLI_REQUEST_DRAFT_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/method_types.h"
#include "cli/schemas.h"
#include "gather/v1/gather.pb.h"

namespace gather::cli {

// A draft is a gather.v1.GatherRequest as a person writes it: where bytes of a backend's message
// belong (`request`, `fallback.response`), JSON text stands. A string of JSON is base64 of the
// bytes; anything else is JSON of the message, by protobuf's rules.

// Reads a draft from protobuf JSON of GatherRequest. kInvalidArgument, in one line.
absl::StatusOr<v1::GatherRequest> ReadDraft(absl::string_view json);

// Makes of the draft a request that can be sent, and gives the types of each call's method: null
// where they are not known and not needed, since the request is bytes already, or empty. Streaming
// methods are noted as such where the draft does not say. kUnavailable: a target that has to be
// asked for its types cannot be; else kInvalidArgument, kNotFound, in one line that names the
// field.
absl::StatusOr<std::vector<MethodTypes*>> Encode(Schemas* schemas, v1::GatherRequest* draft);

}  // namespace gather::cli

#endif  // GATHER_CLI_REQUEST_DRAFT_H_
