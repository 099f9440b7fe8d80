#ifndef GATHER_ENGINE_LIMITS_TOKEN_BUCKET_H_
#define GATHER_ENGINE_LIMITS_TOKEN_BUCKET_H_

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "engine/async/time.h"

namespace gather::engine {

// A rate over time: tokens come at `rate` a second, up to `burst` of them are saved up, and what
// costs N takes N. What costs more than can be saved up is let through when the bucket is full, and
// leaves a debt: the average stays what it is. Pure; not thread-safe.
class TokenBucket {
 public:
  // Full. `rate` is above 0, `burst` at least 1.
  TokenBucket(double rate, double burst) : rate_(rate), burst_(burst), tokens_(burst) {}

  // The same tokens from now on come at another rate.
  void Configure(double rate, double burst, Time now) {
    Fill(now);
    rate_ = rate;
    burst_ = burst;
    tokens_ = std::min(tokens_, burst);
  }

  // Takes `count`; or takes nothing, and says after what time there will be enough, if nobody else
  // comes first.
  std::optional<Duration> Take(std::uint64_t count, Time now) {
    Fill(now);
    const double needed = std::min(static_cast<double>(count), burst_);
    if (tokens_ >= needed) {
      tokens_ -= static_cast<double>(count);
      return std::nullopt;
    }
    constexpr double kLongest = 1e15;  // nanoseconds, eleven days
    const double wait = (needed - tokens_) / rate_ * 1e9;
    return Duration(static_cast<std::int64_t>(std::min(wait, kLongest)) + 1);
  }

  // Nothing was taken for so long that it is as when it was made.
  bool IsFull(Time now) {
    Fill(now);
    return tokens_ >= burst_;
  }

 private:
  void Fill(Time now) {
    if (filled_ != kPast && now > filled_) {
      const double seconds = std::chrono::duration<double>(now - filled_).count();
      tokens_ = std::min(burst_, tokens_ + seconds * rate_);
    }
    filled_ = std::max(filled_, now);
  }

  double rate_;
  double burst_;
  double tokens_;
  Time filled_ = kPast;
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_LIMITS_TOKEN_BUCKET_H_
