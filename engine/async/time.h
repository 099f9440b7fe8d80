#ifndef GATHER_ENGINE_ASYNC_TIME_H_
#define GATHER_ENGINE_ASYNC_TIME_H_

#include <chrono>

namespace gather::engine {

// All deadlines are points on the monotonic clock, so that a step of the wall clock changes
// nothing. gRPC's GPR_CLOCK_MONOTONIC has the same zero.
using Time = std::chrono::steady_clock::time_point;
using Duration = std::chrono::nanoseconds;

inline constexpr Time kNever = Time::max();
inline constexpr Time kPast = Time::min();

}  // namespace gather::engine

#endif  // GATHER_ENGINE_ASYNC_TIME_H_
