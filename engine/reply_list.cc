#include "engine/reply_list.h"

#include <grpc/support/log.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace gather::engine {
namespace {

constexpr std::uint64_t kLeastCounted = 64;
constexpr std::size_t kCopyBelowBytes = 1024;

}  // namespace

std::uint64_t ReplyList::Counted(std::size_t message_bytes) {
  return std::max<std::uint64_t>(message_bytes, kLeastCounted);
}

void ReplyList::Add(grpc::ByteBuffer* message) {
  const std::size_t bytes = message->Length();
  counted_ += Counted(bytes);
  if (bytes > 0 && bytes < kCopyBelowBytes) {
    grpc::Slice whole;
    if (!message->TrySingleSlice(&whole).ok()) GPR_ASSERT(message->DumpToSingleSlice(&whole).ok());
    slices_.emplace_back(whole.begin(), whole.size());
  } else if (bytes > 0) {
    std::vector<grpc::Slice> parts;
    GPR_ASSERT(message->Dump(&parts).ok());
    std::move(parts.begin(), parts.end(), std::back_inserter(slices_));
  }
  ends_.push_back(static_cast<std::uint32_t>(slices_.size()));
  message->Clear();
}

absl::Span<const grpc::Slice> ReplyList::operator[](std::size_t index) const {
  const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
  return absl::MakeConstSpan(slices_).subspan(begin, ends_[index] - begin);
}

std::size_t BytesOf(absl::Span<const grpc::Slice> message) {
  std::size_t bytes = 0;
  for (const grpc::Slice& slice : message) bytes += slice.size();
  return bytes;
}

}  // namespace gather::engine
