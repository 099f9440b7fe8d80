#ifndef GATHER_ENGINE_LIMITS_ADMISSION_H_
#define GATHER_ENGINE_LIMITS_ADMISSION_H_

#include <atomic>
#include <cstdint>
#include <optional>

#include "engine/async/time.h"
#include "engine/limits/memory_gauge.h"

namespace gather::engine {

// What a server takes on at most; 0: no bound. A plain value.
struct AdmissionLimits {
  std::uint32_t max_gathers = 0;
  std::uint32_t max_sub_calls = 0;  // of all gathers, those that wait included
  std::uint64_t max_memory_bytes = 0;
  bool dry_run = false;  // only counted

  bool any() const { return max_gathers > 0 || max_sub_calls > 0 || max_memory_bytes > 0; }
};

// What there was too much of.
struct Overload {
  enum class Kind : std::uint8_t { kGathers, kSubCalls, kMemory };
  Kind kind = Kind::kGathers;
  std::uint64_t present = 0;
  std::uint64_t limit = 0;
  Duration retry_after{0};  // spread, so that those who were refused do not come back as one
};

// How much a server has taken on, and whether it takes on more. Shared by all workers; a few
// atomic numbers. Thread-safe.
//
//   if (auto overload = admission.Check(now)) refuse;             // before the request is read
//   if (auto overload = admission.Enter(calls, now)) refuse;      // when it is known
//   …
//   admission.EndCalls(1);                                        // for each of its sub-calls
//   admission.EndGather();
class Admission {
 public:
  struct Snapshot {
    std::uint64_t gathers = 0;
    std::uint64_t sub_calls = 0;
    std::uint64_t memory_bytes = 0;  // at the last look; 0: nobody has looked
    std::uint64_t refused = 0;       // gathers and adds, since the start
    std::uint64_t would_refuse = 0;  // with dry_run
  };

  // The gauge must outlive it.
  Admission(const AdmissionLimits& limits, MemoryGauge* gauge) : gauge_(gauge) {
    Configure(limits);
  }
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  // Other bounds from now on.
  void Configure(const AdmissionLimits& limits);

  // What keeps any gather from being taken on.
  std::optional<Overload> Check(Time now);

  // Takes on a gather of so many sub-calls; or says what keeps it from being taken on.
  std::optional<Overload> Enter(std::uint64_t calls, Time now);

  // Takes on one more sub-call of a gather that was taken on.
  std::optional<Overload> AddCall(Time now);

  void EndCalls(std::uint64_t calls) { sub_calls_.fetch_sub(calls, std::memory_order_relaxed); }
  void EndGather() { gathers_.fetch_sub(1, std::memory_order_relaxed); }

  Snapshot snapshot() const;

 private:
  std::optional<Overload> CheckMemory(Time now);
  std::optional<Overload> Refuse(Overload::Kind kind, std::uint64_t present, std::uint64_t limit);

  MemoryGauge* const gauge_;
  std::atomic<std::uint64_t> max_gathers_{0};
  std::atomic<std::uint64_t> max_sub_calls_{0};
  std::atomic<std::uint64_t> max_memory_bytes_{0};
  std::atomic<bool> dry_run_{false};
  std::atomic<std::uint64_t> gathers_{0};
  std::atomic<std::uint64_t> sub_calls_{0};
  std::atomic<std::uint64_t> memory_bytes_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::atomic<std::uint64_t> would_refuse_{0};
};

}  // namespace gather::engine

#endif  // GATHER_ENGINE_LIMITS_ADMISSION_H_
