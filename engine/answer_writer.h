#ifndef GATHER_ENGINE_ANSWER_WRITER_H_
#define GATHER_ENGINE_ANSWER_WRITER_H_

#include <grpcpp/support/byte_buffer.h>

#include <cstdint>

#include "absl/strings/string_view.h"
#include "engine/outcome.h"
#include "gather/v1/gather.pb.h"

namespace gather::engine {

// The answer as a serialised v1::GatherResponse. Replies of 1 KiB and more go out by reference to
// the slices they came in; smaller ones are copied once. Equal, byte for byte once parsed, to what
// protobuf makes of ToResponse().
grpc::ByteBuffer ToWire(const Answer& answer);

// The answer as a message, each payload copied once.
void ToResponse(const Answer& answer, v1::GatherResponse* response);

// One outcome of a stream: a serialised message that has nothing but the outcome, as its field
// `field`. Payloads as above.
//
//   ToEvent(v1::GatherEvent::kOutcomeFieldNumber, outcome, index, call.sub_call->id())
grpc::ByteBuffer ToEvent(int field, const Outcome& outcome, std::uint32_t index,
                         absl::string_view id);

// The outcome into an empty message, its payload copied once.
void ToMessage(const Outcome& outcome, std::uint32_t index, absl::string_view id,
               v1::Outcome* message);

// The summary as it is answered, with the decision if there is one.
v1::Summary ToSummary(const Answer& answer);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_ANSWER_WRITER_H_
