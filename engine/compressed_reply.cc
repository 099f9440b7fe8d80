#include "engine/compressed_reply.h"

#include <grpc/byte_buffer.h>
#include <grpcpp/support/proto_buffer_reader.h>

namespace gather::engine {
namespace {

// ByteBuffer itself has no accessor; the reader offers its state to subclasses.
class FlagReader : private grpc::ProtoBufferReader {
 public:
  explicit FlagReader(grpc::ByteBuffer* buffer) : grpc::ProtoBufferReader(buffer) {}

  bool compressed() { return reader()->buffer_in->data.raw.compression != GRPC_COMPRESS_NONE; }
};

}  // namespace

bool IsCompressed(grpc::ByteBuffer* buffer) {
  return buffer->Valid() && FlagReader(buffer).compressed();
}

}  // namespace gather::engine
