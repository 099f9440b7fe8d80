#ifndef GATHER_ENGINE_REQUEST_CUTTER_H_
#define GATHER_ENGINE_REQUEST_CUTTER_H_

#include <grpcpp/support/slice.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "engine/request.h"

namespace gather::engine {

// What is worth cutting. A payload that is cut keeps alive what was read from the network together
// with it, up to 64 KiB for each slice, whatever else that is. So nothing is cut from requests that
// are small, or came in small slices, with other things between them: their senders could have the
// server hold many times what a request may have.
struct CutFrom {
  std::size_t request_bytes = 64 * 1024;
  std::size_t slice_bytes = 4 * 1024;  // of a request's slices, on average
  std::size_t payload_bytes = 1024;    // a copy of less is as good; at least 1
};

// A serialised request without the payloads that were cut out of it: an empty `request` is left in
// the place of each.
struct CutRequest {
  std::string rest;
  std::vector<KeptPayload> payloads;  // by index, ascending; not empty
};

// Cuts the payloads of sub-calls out of a serialised v1::GatherRequest, by reference to its slices.
// Parsed and put together again, the result is what protobuf makes of the request. Nullopt where
// there is nothing to cut, and for every request that is not written the usual way (malformed, with
// unknown fields, a field twice that should be there once): protobuf alone says what that means.
//
//   if (auto cut = CutPayloads(slices, CutFrom())) request->ParseFromString(cut->rest);
std::optional<CutRequest> CutPayloads(absl::Span<const grpc::Slice> request, const CutFrom& from);

// The same for a v1::TaskGroupRequest that adds a sub-call, which has the index 0.
std::optional<CutRequest> CutAddedPayload(absl::Span<const grpc::Slice> request,
                                          const CutFrom& from);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_REQUEST_CUTTER_H_
