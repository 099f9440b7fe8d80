#ifndef GATHER_ENGINE_SLOT_TABLE_H_
#define GATHER_ENGINE_SLOT_TABLE_H_

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace gather::engine {

// Values by index, counted from 0 in the order in which they were added; a value can be released
// long before the table ends. A group that lives for days and adds millions holds memory for the
// chunks in which somebody still lives, and one pointer for each chunk behind the oldest of them.
//
// Pointers hold until the next Add() or until their own Release(). Not thread-safe.
template <typename T>
class SlotTable {
 public:
  // The new value's index.
  std::uint32_t Add(T value) {
    if (size_ % kChunk == 0) {
      chunks_.push_back(std::make_unique<Chunk>());
      if (size_ > 0) chunks_.back()->values.reserve(kChunk);  // a small table stays small
    }
    Chunk* const chunk = chunks_.back().get();
    chunk->values.emplace_back(std::move(value));
    ++chunk->live;
    return size_++;
  }

  // Null when it was released. `index` is below size().
  T* Find(std::uint32_t index) {
    Chunk* const chunk = ChunkOf(index);
    if (chunk == nullptr) return nullptr;
    std::optional<T>& value = chunk->values[index % kChunk];
    return value ? &*value : nullptr;
  }
  const T* Find(std::uint32_t index) const { return const_cast<SlotTable*>(this)->Find(index); }

  // Not one that was released.
  T& operator[](std::uint32_t index) { return *Find(index); }

  // No effect when it is released already.
  void Release(std::uint32_t index) {
    Chunk* const chunk = ChunkOf(index);
    if (chunk == nullptr || !chunk->values[index % kChunk]) return;
    chunk->values[index % kChunk].reset();
    if (--chunk->live > 0 || chunk->values.size() < kChunk) return;
    chunks_[index / kChunk - first_chunk_].reset();
    while (!chunks_.empty() && chunks_.front() == nullptr) {
      chunks_.pop_front();
      ++first_chunk_;
    }
  }

  // The first index from `index` on that is not released; size() if there is none.
  std::uint32_t NextLive(std::uint32_t index) const {
    index = std::max(index, first_chunk_ * kChunk);
    while (index < size_ && Find(index) == nullptr) {
      const bool whole_chunk = ChunkOf(index) == nullptr;
      index = whole_chunk ? (index / kChunk + 1) * kChunk : index + 1;
    }
    return std::min(index, size_);
  }

  // How many were ever added.
  std::uint32_t size() const { return size_; }

 private:
  static constexpr std::uint32_t kChunk = 64;

  struct Chunk {
    std::vector<std::optional<T>> values;
    std::uint32_t live = 0;
  };

  Chunk* ChunkOf(std::uint32_t index) const {
    const std::uint32_t chunk = index / kChunk;
    return chunk < first_chunk_ ? nullptr : chunks_[chunk - first_chunk_].get();
  }

  std::deque<std::unique_ptr<Chunk>> chunks_;
  std::uint32_t first_chunk_ = 0;
  std::uint32_t size_ = 0;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_SLOT_TABLE_H_
