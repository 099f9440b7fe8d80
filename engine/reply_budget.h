#ifndef GATHER_ENGINE_REPLY_BUDGET_H_
#define GATHER_ENGINE_REPLY_BUDGET_H_

#include <cstdint>

#include "engine/limits/buffered_bytes.h"

namespace gather::engine {

// How many bytes the replies of one gather may hold together. What is reserved here is also kept in
// the room that the gather has among all gathers, if there is one. Not thread-safe.
class ReplyBudget {
 public:
  explicit ReplyBudget(std::uint64_t limit) : limit_(limit) {}
  ReplyBudget(const ReplyBudget&) = delete;
  ReplyBudget& operator=(const ReplyBudget&) = delete;

  bool Fits(std::uint64_t bytes) const { return bytes <= limit_ - reserved_; }

  // Before anything is reserved.
  void SetRoom(ReplyRoom* room) { room_ = room; }

  // For a message of a stream. False, and nothing has changed, when it does not fit.
  bool TryReserve(std::uint64_t bytes) {
    if (!Fits(bytes) || (room_ != nullptr && !room_->TryKeep(bytes))) return false;
    reserved_ += bytes;
    return true;
  }

  // The same for what is there already and has its room: it only has to fit here.
  bool TryTake(std::uint64_t bytes) {
    if (!Fits(bytes)) return false;
    if (room_ != nullptr) room_->Keep(bytes);
    reserved_ += bytes;
    return true;
  }

  // Gives back what was reserved.
  void Release(std::uint64_t bytes) {
    if (room_ != nullptr) room_->Drop(bytes);
    reserved_ -= bytes;
  }

  std::uint64_t limit() const { return limit_; }
  std::uint64_t reserved() const { return reserved_; }

 private:
  const std::uint64_t limit_;
  std::uint64_t reserved_ = 0;
  ReplyRoom* room_ = nullptr;  // null: it is not counted among others
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_REPLY_BUDGET_H_
