#include "gather/caller_stop.h"

#include <chrono>
#include <utility>

#include "absl/time/time.h"
#include "gather/answer_time.h"

namespace gather::internal {

using std::chrono::steady_clock;

void CallerStop::Watch(const Options& options, std::function<void()> cancel) {
  if (!options.cancellation.stop_possible()) return;
  if (!options.deadline.has_value()) {
    callback_.emplace(options.cancellation, std::move(cancel));
    return;
  }
  const absl::Duration left = absl::FromChrono(*options.deadline - steady_clock::now());
  const auto expiry = *options.deadline - absl::ToChronoNanoseconds(TimeForTheAnswer(left));
  callback_.emplace(options.cancellation, [expiry, cancel = std::move(cancel)] {
    if (steady_clock::now() < expiry) cancel();
  });
}

}  // namespace gather::internal
