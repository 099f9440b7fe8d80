#include "gather/testing/scripted_method.h"

#include <algorithm>
#include <tuple>

namespace gather::testing {

ScriptedMethod& ScriptedMethod::Takes(absl::Duration time) {
  const std::lock_guard lock(mutex_);
  if (!answers_.empty()) answers_.back().second = std::max(time, absl::ZeroDuration());
  return *this;
}

std::vector<v1::SubCall> ScriptedMethod::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

std::pair<v1::Outcome, absl::Duration> ScriptedMethod::Take(const v1::SubCall& call) {
  Answer answer;
  absl::Duration time = absl::InfiniteDuration();
  {
    const std::lock_guard lock(mutex_);
    const std::size_t index = std::min(calls_.size() + 1, answers_.size());
    calls_.push_back(call);
    if (index == 0) return {v1::Outcome(), time};
    std::tie(answer, time) = answers_[index - 1];
  }
  return {answer(call), time};
}

ScriptedMethod& ScriptedMethod::Compute(Answer answer) {
  const std::lock_guard lock(mutex_);
  answers_.emplace_back(std::move(answer), absl::ZeroDuration());
  return *this;
}

}  // namespace gather::testing
