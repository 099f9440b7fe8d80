#ifndef GATHER_SERVER_METRICS_COUNTER_H_
#define GATHER_SERVER_METRICS_COUNTER_H_

#include <atomic>
#include <cstdint>

namespace gather::server {

// A number that only grows. One thread counts, at the price of a plain addition; any may read.
class Counter {
 public:
  void Add(std::uint64_t count = 1) {
    count_.store(count_.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
  }
  std::uint64_t value() const { return count_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> count_{0};
};

// The same, counted by any thread.
class SharedCounter {
 public:
  // Returns the number with these counted.
  std::uint64_t Add(std::uint64_t count = 1) {
    return count_.fetch_add(count, std::memory_order_relaxed) + count;
  }
  std::uint64_t value() const { return count_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> count_{0};
};

}  // namespace gather::server

#endif  // GATHER_SERVER_METRICS_COUNTER_H_
