#include "engine/answer_reserve.h"

#include <algorithm>
#include <functional>

namespace gather::engine {

void AnswerReserve::Record(Duration took) {
  samples_[next_] = took;
  next_ = (next_ + 1) % kSamples;
  constexpr std::size_t kUpdateEvery = 16;
  if (next_ % kUpdateEvery == 0) UpdateP99();
}

void AnswerReserve::UpdateP99() {
  auto sorted = samples_;
  std::nth_element(sorted.begin(), sorted.begin() + 1, sorted.end(), std::greater<>());
  p99_ = sorted[1];
}

Duration AnswerReserve::For(Duration left) const {
  const Duration wanted = std::max<Duration>(std::chrono::milliseconds(10), 2 * p99_);
  return std::min(wanted, left / 5);
}

}  // namespace gather::engine
