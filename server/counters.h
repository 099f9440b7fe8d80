#ifndef GATHER_SERVER_COUNTERS_H_
#define GATHER_SERVER_COUNTERS_H_

#include <atomic>
#include <cstdint>

namespace gather::server {

// A number that only grows, from any thread.
class Counter {
 public:
  // Returns the number with this one counted.
  std::uint64_t Increment() { return count_.fetch_add(1, std::memory_order_relaxed) + 1; }
  std::uint64_t value() const { return count_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> count_{0};
};

// What a server has counted since it started, all its workers together.
struct Counters {
  Counter reloads;            // configurations that were taken on while it ran
  Counter refused_reloads;    // and those that did not validate
  Counter detached_failures;  // sub-calls that failed after their gather was answered without them
};

}  // namespace gather::server

#endif  // GATHER_SERVER_COUNTERS_H_
