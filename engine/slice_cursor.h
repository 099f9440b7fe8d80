#ifndef GATHER_ENGINE_SLICE_CURSOR_H_
#define GATHER_ENGINE_SLICE_CURSOR_H_

#include <grpcpp/support/slice.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"

namespace gather::engine {

// A place in a row of slices that are read as one. The slices must outlive it. Not thread-safe.
//
//   SliceCursor at(slices);
//   at.SkipTo(7);
//   at.PassTo(20, [&](const grpc::Slice& slice, std::size_t begin, std::size_t end) { … });
class SliceCursor {
 public:
  explicit SliceCursor(absl::Span<const grpc::Slice> slices) : slices_(slices) { Settle(); }

  // In bytes, from the beginning of the first slice.
  std::size_t position() const { return slice_end_ - Left(); }

  // False at the end.
  bool ReadByte(std::uint8_t* byte) {
    if (at_ == end_) return false;
    *byte = *at_++;
    if (at_ == end_) Settle();
    return true;
  }

  // Has each piece of the next bytes, up to `position`, taken by `take(slice, begin, end)`, whose
  // numbers count in that slice. There must be so many bytes.
  template <typename Take>
  void PassTo(std::size_t position, Take take) {
    for (std::size_t left = position - this->position(); left > 0;) {
      const std::size_t piece = std::min(left, Left());
      const grpc::Slice& slice = slices_[next_ - 1];
      const auto begin = static_cast<std::size_t>(at_ - slice.begin());
      take(slice, begin, begin + piece);
      at_ += piece;
      left -= piece;
      if (at_ == end_) Settle();
    }
  }

  // There must be so many bytes.
  void SkipTo(std::size_t position) {
    const std::size_t bytes = position - this->position();
    if (bytes < Left()) {
      at_ += bytes;
    } else {
      PassTo(position, [](const grpc::Slice&, std::size_t, std::size_t) {});
    }
  }

 private:
  std::size_t Left() const { return static_cast<std::size_t>(end_ - at_); }

  // Goes on to the next slice that holds something, if there is one.
  void Settle() {
    while (at_ == end_ && next_ < slices_.size()) {
      const grpc::Slice& slice = slices_[next_++];
      at_ = slice.begin();
      end_ = slice.end();
      slice_end_ += slice.size();
    }
  }

  const absl::Span<const grpc::Slice> slices_;
  std::size_t next_ = 0;       // slice
  std::size_t slice_end_ = 0;  // as a position
  const std::uint8_t* at_ = nullptr;
  const std::uint8_t* end_ = nullptr;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_SLICE_CURSOR_H_
