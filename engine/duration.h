#ifndef GATHER_ENGINE_DURATION_H_
#define GATHER_ENGINE_DURATION_H_

#include <google/protobuf/duration.pb.h>

#include <chrono>

namespace gather::engine {

// Writes `length`, which may be negative, in the form that protobuf asks for: seconds and nanos of
// the same sign.
void ToProto(std::chrono::nanoseconds length, google::protobuf::Duration* out);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_DURATION_H_
