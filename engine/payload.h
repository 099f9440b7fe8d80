#ifndef GATHER_ENGINE_PAYLOAD_H_
#define GATHER_ENGINE_PAYLOAD_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <cstddef>

#include "absl/types/span.h"

namespace gather::engine {

// The bytes of a request or a reply: a grpc::ByteBuffer that can be moved. gRPC's own cannot, so
// that each std::move of what holds one would allocate another.
class Payload {
 public:
  Payload() = default;
  Payload(const grpc::ByteBuffer& buffer)  // NOLINT(google-explicit-constructor): it is one
      : buffer_(buffer) {}
  explicit Payload(const grpc::Slice& bytes) : buffer_(&bytes, 1) {}
  explicit Payload(absl::Span<const grpc::Slice> bytes) : buffer_(bytes.data(), bytes.size()) {}
  Payload(const Payload&) = default;
  Payload& operator=(const Payload&) = default;
  Payload(Payload&& other) noexcept { buffer_.Swap(&other.buffer_); }
  Payload& operator=(Payload&& other) noexcept {
    if (this == &other) return *this;
    buffer_.Clear();
    buffer_.Swap(&other.buffer_);
    return *this;
  }

  const grpc::ByteBuffer& buffer() const { return buffer_; }
  operator const grpc::ByteBuffer&() const {  // NOLINT(google-explicit-constructor): likewise
    return buffer_;
  }

  // Takes over what `buffer` holds, which holds nothing afterwards.
  void Take(grpc::ByteBuffer* buffer) {
    buffer_.Clear();
    buffer_.Swap(buffer);
  }
  void Clear() { buffer_.Clear(); }

  // False: there is no message, not even an empty one.
  bool Valid() const { return buffer_.Valid(); }
  std::size_t Length() const { return buffer_.Length(); }

 private:
  grpc::ByteBuffer buffer_;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_PAYLOAD_H_
