#ifndef GATHER_SERVER_METRICS_WORKER_METRICS_H_
#define GATHER_SERVER_METRICS_WORKER_METRICS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/outcome.h"
#include "engine/planned_call.h"
#include "gather/v1/gather.pb.h"
#include "server/metrics/append_list.h"
#include "server/metrics/bounds.h"
#include "server/metrics/counter.h"
#include "server/metrics/histogram.h"
#include "server/metrics/label_budget.h"

namespace gather::server {

// In nanoseconds, and in bytes.
inline constexpr Bounds kDurationBounds({100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000,
                                         10'000'000, 25'000'000, 50'000'000, 100'000'000,
                                         250'000'000, 500'000'000, 1'000'000'000, 2'500'000'000,
                                         5'000'000'000, 10'000'000'000, 30'000'000'000,
                                         60'000'000'000});
inline constexpr Bounds kSizeBounds({64, 256, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10,
                                     1 << 20, 4 << 20, 16 << 20, 64 << 20});

// Of the sub-calls of one target.
struct TargetMetrics {
  explicit TargetMetrics(absl::string_view target) : target(target) {}

  static constexpr std::size_t kCodes = 17;

  const std::string target;
  Counter attempts;
  Counter detached_failures;
  std::array<Counter, kCodes> failures;    // by status code, 1 to 16
  Histogram queued{kDurationBounds};       // from acceptance to being sent or given up
  Histogram stream_wait{kDurationBounds};  // then, in a full connection: only of those that waited
};

// Of the sub-calls of one method.
struct MethodMetrics {
  MethodMetrics(TargetMetrics* target, absl::string_view method) : target(target), method(method) {}

  TargetMetrics* const target;
  const std::string method;
  std::array<std::array<std::array<Counter, v1::Cause_ARRAYSIZE>, v1::Origin_ARRAYSIZE>,
             v1::Disposition_ARRAYSIZE>
      outcomes;
  Histogram duration{kDurationBounds};  // from being sent to the end
  Histogram reply_bytes{kSizeBounds};
};

// Refusals of one reason.
struct RefusalMetrics {
  RefusalMetrics(absl::string_view level, absl::string_view reason)
      : level(level), reason(reason) {}

  const std::string level;
  const std::string reason;
  Counter count;
};

// What one worker counts. Its thread counts, at the price of plain additions; any may read. What
// callers can write into labels is bounded: see LabelBudget; reasons are words of ours.
class WorkerMetrics {
 public:
  // `labels` outlive this.
  explicit WorkerMetrics(LabelBudget* labels) : labels_(labels) {}

  // The target is in the configuration: it has metrics of its own from now on, even when it is
  // taken out again. Others are counted as kOtherTarget.
  void AddTarget(absl::string_view name);

  // A sub-call ended.
  void CountOutcome(const engine::PlannedCall& call, const engine::Outcome& outcome);

  // Of several outcomes that live at the same time: a sub-call like the one before costs no
  // look-up.
  class Walk {
   public:
    explicit Walk(WorkerMetrics* metrics) : metrics_(metrics) {}
    void Count(const engine::PlannedCall& call, const engine::Outcome& outcome);

   private:
    WorkerMetrics* const metrics_;
    const engine::Target* target_ = nullptr;
    absl::string_view method_;
    MethodMetrics* found_ = nullptr;
  };

  void CountRefusal(absl::string_view level, absl::string_view reason);
  TargetMetrics* OfTarget(absl::string_view name);

  // By mode and verdict; VERDICT_UNSPECIFIED: only validated.
  std::array<std::array<Counter, v1::Verdict_ARRAYSIZE>, v1::Mode_ARRAYSIZE> gathers;
  std::array<Counter, 3> accepted;  // by engine::RunKind
  std::array<Counter, v1::Cause_ARRAYSIZE> cancels;
  Counter clamped;
  Histogram duration{kDurationBounds};   // of gathers
  Histogram overhead{kDurationBounds};   // of each, without a sub-call outstanding
  Histogram straggler{kDurationBounds};  // of those in which a last one was waited for

  const AppendList<TargetMetrics>& targets() const { return targets_; }
  const AppendList<MethodMetrics>& methods() const { return methods_; }
  const AppendList<RefusalMetrics>& refusals() const { return refusals_; }

 private:
  using Key = std::pair<std::string, std::string>;
  using KeyView = std::pair<absl::string_view, absl::string_view>;
  struct KeyHash {
    using is_transparent = void;
    std::size_t operator()(const KeyView& key) const { return absl::HashOf(key); }
  };
  struct KeyEqual {
    using is_transparent = void;
    bool operator()(const KeyView& a, const KeyView& b) const { return a == b; }
  };
  template <typename Value>
  using ByPair = absl::flat_hash_map<Key, Value, KeyHash, KeyEqual>;

  static constexpr std::size_t kMaxDenied = 1024;

  MethodMetrics* Find(const engine::PlannedCall& call, const engine::Outcome& outcome);
  MethodMetrics* FindNew(const engine::PlannedCall& call, const engine::Outcome& outcome);
  MethodMetrics* Labelled(TargetMetrics* target, absl::string_view method);
  void Count(const engine::Outcome& outcome, MethodMetrics* metrics);
  void CountFailure(const engine::Outcome& outcome, MethodMetrics* metrics);

  LabelBudget* const labels_;
  AppendList<TargetMetrics> targets_;
  AppendList<MethodMetrics> methods_;
  AppendList<RefusalMetrics> refusals_;
  absl::flat_hash_map<std::string, TargetMetrics*> by_target_;
  ByPair<MethodMetrics*> by_method_;
  std::size_t denied_ = 0;  // methods that are remembered as having no label
  ByPair<RefusalMetrics*> by_reason_;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_METRICS_WORKER_METRICS_H_
