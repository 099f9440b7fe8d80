#ifndef GATHER_ENGINE_REPLY_LIST_H_
#define GATHER_ENGINE_REPLY_LIST_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace gather::engine {

// The messages of one server-streaming sub-call, in order. Messages of 1 KiB and more stay in the
// slices that they came in; smaller ones are copied, since each would keep alive the whole buffer
// that it was read into. Beside its bytes a message costs about 100.
class ReplyList {
 public:
  // What a message of that size counts against a bound: its bytes, but not less than 64, so that
  // messages with next to nothing in them are bounded, too.
  static std::uint64_t Counted(std::size_t message_bytes);

  // Appends what `message` holds, and leaves it empty. Not a compressed message.
  void Add(grpc::ByteBuffer* message);

  // How many messages there are.
  std::size_t size() const { return ends_.size(); }

  // The message's bytes, in order; nothing for an empty message.
  absl::Span<const grpc::Slice> operator[](std::size_t index) const;

  // What all messages together count.
  std::uint64_t counted() const { return counted_; }

 private:
  std::vector<grpc::Slice> slices_;
  std::vector<std::uint32_t> ends_;  // of each message, its end in `slices_`
  std::uint64_t counted_ = 0;
};

// The bytes of one message.
std::size_t BytesOf(absl::Span<const grpc::Slice> message);

}  // namespace gather::engine

#endif  // GATHER_ENGINE_REPLY_LIST_H_
