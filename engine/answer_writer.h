#ifndef GATHER_ENGINE_ANSWER_WRITER_H_
#define GATHER_ENGINE_ANSWER_WRITER_H_

#include <grpcpp/support/byte_buffer.h>

#include "engine/outcome.h"
#include "gather/v1/gather.pb.h"

namespace gather::engine {

// The answer as a serialised v1::GatherResponse. Replies of 1 KiB and more go out by reference to
// the slices they came in; smaller ones are copied once. Equal, byte for byte once parsed, to what
// protobuf makes of ToResponse().
grpc::ByteBuffer ToWire(const Answer& answer);

// The answer as a message, each payload copied once.
void ToResponse(const Answer& answer, v1::GatherResponse* response);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_ANSWER_WRITER_H_
