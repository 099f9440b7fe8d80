#ifndef GATHER_CLIENT_CALLER_STOP_H_
#define GATHER_CLIENT_CALLER_STOP_H_

#include <functional>
#include <optional>
#include <stop_token>

#include "gather/options.h"

namespace gather::internal {

// Hears of a stop that is requested of `options.cancellation`, for one gather or group.
//
// A stop that comes when the caller's deadline does is left to the deadline, which ends the gather
// by itself: the handler of an RPC is told of both in the same way, and what ran out of time would
// be called cancelled.
//
// Threads: Watch() once; End() and the destructor from any.
class CallerStop {
 public:
  // Has `cancel` run when a stop is requested, on the thread that does it; inside this call where
  // it was requested before.
  void Watch(const Options& options, std::function<void()> cancel);

  // `cancel` will not run any more, and has returned unless it is this very thread that is in it.
  void End() { callback_.reset(); }

 private:
  std::optional<std::stop_callback<std::function<void()>>> callback_;
};

}  // namespace gather::internal

#endif  // GATHER_CLIENT_CALLER_STOP_H_
