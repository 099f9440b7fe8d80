#ifndef GATHER_ENGINE_COMPRESSED_REPLY_H_
#define GATHER_ENGINE_COMPRESSED_REPLY_H_

#include <grpcpp/support/byte_buffer.h>

namespace gather::engine {

// Whether `buffer`, received with GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION off, holds a message as
// the peer compressed it. With only that argument does gRPC 1.51 not inflate: switching the
// algorithms off makes it cancel such a call, but a small reply has been inflated, and its OK
// status taken, by then. An invalid buffer is not compressed.
bool IsCompressed(grpc::ByteBuffer* buffer);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_COMPRESSED_REPLY_H_
