#ifndef BENCHMARKS_WORKLOAD_H_
#define BENCHMARKS_WORKLOAD_H_

#include <atomic>
#include <cstdint>
#include <string>

#include "benchmarks/door.h"
#include "benchmarks/middle.pb.h"

namespace gather::benchmarks {

inline constexpr char kEcho[] = "/gather.benchmarks.v1.EchoService/Echo";
inline constexpr char kEchoSlowly[] = "/gather.benchmarks.v1.EchoService/EchoSlowly";
inline constexpr char kFanOut[] = "/gather.benchmarks.v1.MiddleService/FanOut";

// The echo calls of a run, in the order in which they are launched. Any thread.
class Workload {
 public:
  explicit Workload(const Shape& shape) : shape_(shape), payload_(shape.payload_bytes, 'x') {}

  const Shape& shape() const { return shape_; }
  const std::string& payload() const { return payload_; }

  // Where the next one goes: every 100th to the slow method, where the shape is slow.
  const char* NextMethod() { return NextIsSlow() ? kEchoSlowly : kEcho; }

  // The next `shape().calls` of them, for somebody in the middle.
  v1::FanOutRequest NextFanOut();

 private:
  bool NextIsSlow();

  const Shape shape_;
  const std::string payload_;
  std::atomic<int64_t> launched_ = 0;
};

// What is wrong with the reply to `NextFanOut`; empty if it is all there.
std::string Check(const Shape& shape, const v1::FanOutResponse& response);

}  // namespace gather::benchmarks

#endif  // BENCHMARKS_WORKLOAD_H_
