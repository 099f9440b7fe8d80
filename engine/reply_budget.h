#ifndef GATHER_ENGINE_REPLY_BUDGET_H_
#define GATHER_ENGINE_REPLY_BUDGET_H_

#include <cstdint>

namespace gather::engine {

// How many bytes the replies of one gather may hold together. Not thread-safe.
class ReplyBudget {
 public:
  explicit ReplyBudget(std::uint64_t limit) : limit_(limit) {}
  ReplyBudget(const ReplyBudget&) = delete;
  ReplyBudget& operator=(const ReplyBudget&) = delete;

  bool Fits(std::uint64_t bytes) const { return bytes <= limit_ - reserved_; }

  // False, and nothing has changed, when they do not fit.
  bool TryReserve(std::uint64_t bytes) {
    if (!Fits(bytes)) return false;
    reserved_ += bytes;
    return true;
  }

  // Gives back what was reserved.
  void Release(std::uint64_t bytes) { reserved_ -= bytes; }

  std::uint64_t limit() const { return limit_; }
  std::uint64_t reserved() const { return reserved_; }

 private:
  const std::uint64_t limit_;
  std::uint64_t reserved_ = 0;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_REPLY_BUDGET_H_
