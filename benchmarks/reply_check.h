#ifndef BENCHMARKS_REPLY_CHECK_H_
#define BENCHMARKS_REPLY_CHECK_H_

#include <grpcpp/support/byte_buffer.h>

#include <string>

#include "benchmarks/door.h"

namespace gather::benchmarks {

// What is wrong with a reply in bytes, an echo or, in shapes of two levels, the middle's; empty if
// nothing is. May take the buffer's bytes out.
std::string CheckReply(const Shape& shape, grpc::ByteBuffer* reply);

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_REPLY_CHECK_H_
