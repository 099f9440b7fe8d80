#ifndef GATHER_ENGINE_REQUEST_READER_H_
#define GATHER_ENGINE_REQUEST_READER_H_

#include <grpcpp/support/byte_buffer.h>

#include <cstdint>
#include <optional>
#include <variant>

#include "engine/refusal.h"
#include "engine/request.h"
#include "engine/request_cutter.h"

namespace gather::engine {

// The request that `bytes` hold, or REQUEST_TOO_LARGE when they are more than `max_request_bytes`,
// which is found before anything is parsed, or MALFORMED. Leaves `bytes` empty: payloads from
// `from` on are kept in the slices they came in, all else has been copied. Checks nothing that
// stands in the request; MakePlan() does.
std::variant<Request, Refusal> ReadRequest(grpc::ByteBuffer* bytes, std::uint64_t max_request_bytes,
                                           const CutFrom& from = {});

// The same for one message to a group.
std::variant<GroupRequest, Refusal> ReadGroupRequest(grpc::ByteBuffer* bytes,
                                                     std::uint64_t max_request_bytes,
                                                     const CutFrom& from = {});

// REQUEST_TOO_LARGE, when a request or a message to a group has more than `max_request_bytes`.
std::optional<Refusal> CheckRequestBytes(std::uint64_t bytes, std::uint64_t max_request_bytes);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_REQUEST_READER_H_
