#include "engine/limits/memory_gauge.h"

#include <malloc.h>
#include <unistd.h>

#include <chrono>
#include <fstream>

namespace gather::engine {
namespace {

constexpr Duration kLookEvery = std::chrono::milliseconds(100);
constexpr Duration kTrimEvery = std::chrono::seconds(1);

// Whether it is time; then nobody else's until `every` has passed.
bool TakeTurn(std::atomic<Duration::rep>* next, Duration every, Time now) {
  Duration::rep due = next->load(std::memory_order_relaxed);
  const Duration::rep at = now.time_since_epoch().count();
  return at >= due && next->compare_exchange_strong(due, at + every.count());
}

}  // namespace

std::uint64_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  statm >> size >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

void TrimMemory() { malloc_trim(0); }

std::uint64_t MemoryGauge::Bytes(std::uint64_t mark, Time now) {
  if (TakeTurn(&next_look_, kLookEvery, now)) {
    bytes_ = reader_();
    if (bytes_ > mark && TakeTurn(&next_trim_, kTrimEvery, now)) {
      trimmer_();
      bytes_ = reader_();
    }
  }
  return bytes_.load(std::memory_order_relaxed);
}

}  // namespace gather::engine
