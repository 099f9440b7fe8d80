#ifndef GATHER_ENGINE_LIMITS_MEMORY_GAUGE_H_
#define GATHER_ENGINE_LIMITS_MEMORY_GAUGE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>

#include "engine/async/time.h"

namespace gather::engine {

// The resident memory of this process; 0: not known.
std::uint64_t ResidentBytes();

// Gives back to the system what the allocator keeps and nobody uses.
void TrimMemory();

// Whether the process has more memory than it should. Looked at ten times a second, however often
// it is asked. What was freed may still be kept by the allocator: so as long as there is too much,
// that is given back once a second. Thread-safe.
class MemoryGauge {
 public:
  using Reader = std::function<std::uint64_t()>;
  using Trimmer = std::function<void()>;

  explicit MemoryGauge(Reader reader = ResidentBytes, Trimmer trimmer = TrimMemory)
      : reader_(std::move(reader)), trimmer_(std::move(trimmer)) {}

  // How much there was at the last look.
  std::uint64_t Bytes(std::uint64_t mark, Time now);

 private:
  const Reader reader_;
  const Trimmer trimmer_;
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<Duration::rep> next_look_{0};  // since the clock's zero
  std::atomic<Duration::rep> next_trim_{0};
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_LIMITS_MEMORY_GAUGE_H_
