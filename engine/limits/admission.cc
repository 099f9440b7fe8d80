#include "engine/limits/admission.h"

#include <chrono>
#include <limits>

namespace gather::engine {
namespace {

constexpr std::uint64_t kAny = std::numeric_limits<std::uint64_t>::max();

std::uint64_t BoundOf(std::uint64_t limit) { return limit == 0 ? kAny : limit; }

// Half a second to one and a half, never twice the same in a row.
Duration RetryAfter(std::uint64_t refusal) {
  constexpr std::uint64_t kSteps = 1'000;
  constexpr std::uint64_t kStride = 617;  // of the golden ratio: fills the range evenly
  return std::chrono::milliseconds(500 + refusal * kStride % kSteps);
}

}  // namespace

void Admission::Configure(const AdmissionLimits& limits) {
  max_gathers_ = BoundOf(limits.max_gathers);
  max_sub_calls_ = BoundOf(limits.max_sub_calls);
  max_memory_bytes_ = BoundOf(limits.max_memory_bytes);
  dry_run_ = limits.dry_run;
}

// What would be refused is counted once, when it enters.
std::optional<Overload> Admission::Check(Time now) {
  if (dry_run_) return std::nullopt;
  if (gathers_ >= max_gathers_) return Refuse(Overload::Kind::kGathers, gathers_, max_gathers_);
  if (sub_calls_ >= max_sub_calls_) {
    return Refuse(Overload::Kind::kSubCalls, sub_calls_, max_sub_calls_);
  }
  return CheckMemory(now);
}

std::optional<Overload> Admission::CheckMemory(Time now) {
  if (max_memory_bytes_ == kAny) return std::nullopt;
  memory_bytes_ = gauge_->Bytes(max_memory_bytes_, now);
  if (memory_bytes_ <= max_memory_bytes_) return std::nullopt;
  return Refuse(Overload::Kind::kMemory, memory_bytes_, max_memory_bytes_);
}

std::optional<Overload> Admission::Enter(std::uint64_t calls, Time now) {
  if (auto overload = CheckMemory(now)) return overload;
  const std::uint64_t gathers = gathers_.fetch_add(1, std::memory_order_relaxed);
  if (gathers >= max_gathers_) {
    if (auto overload = Refuse(Overload::Kind::kGathers, gathers, max_gathers_)) {
      EndGather();
      return overload;
    }
  }
  const std::uint64_t sub_calls = sub_calls_.fetch_add(calls, std::memory_order_relaxed);
  if (sub_calls + calls > max_sub_calls_) {
    if (auto overload = Refuse(Overload::Kind::kSubCalls, sub_calls, max_sub_calls_)) {
      EndCalls(calls);
      EndGather();
      return overload;
    }
  }
  return std::nullopt;
}

std::optional<Overload> Admission::AddCall(Time now) {
  if (auto overload = CheckMemory(now)) return overload;
  const std::uint64_t sub_calls = sub_calls_.fetch_add(1, std::memory_order_relaxed);
  if (sub_calls < max_sub_calls_) return std::nullopt;
  auto overload = Refuse(Overload::Kind::kSubCalls, sub_calls, max_sub_calls_);
  if (overload) EndCalls(1);
  return overload;
}

std::optional<Overload> Admission::Refuse(Overload::Kind kind, std::uint64_t present,
                                          std::uint64_t limit) {
  if (dry_run_) {
    ++would_refuse_;
    return std::nullopt;
  }
  return Overload{kind, present, limit, RetryAfter(++refused_)};
}

Admission::Snapshot Admission::snapshot() const {
  return {gathers_, sub_calls_, memory_bytes_, refused_, would_refuse_};
}

}  // namespace gather::engine
