#include "server/metrics/gather_source.h"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <utility>

#include "absl/strings/string_view.h"
#include "gather/v1/gather.pb.h"
#include "server/metrics/words.h"

namespace gather::server {
namespace {

constexpr double kPerSecond = 1e9;

using Workers = std::vector<const WorkerMetrics*>;

template <typename Counters>
std::uint64_t Sum(const Workers& workers, const Counters& counter_of) {
  std::uint64_t sum = 0;
  for (const WorkerMetrics* worker : workers) sum += counter_of(*worker).value();
  return sum;
}

HistogramValue Sum(const Workers& workers, Histogram WorkerMetrics::*histogram) {
  HistogramValue sum;
  for (const WorkerMetrics* worker : workers) sum += (worker->*histogram).value();
  return sum;
}

void AddAccepted(const Workers& workers, Families* families) {
  constexpr absl::string_view kRpcs[] = {"Gather", "AsCompleted", "TaskGroup"};
  Family* const family =
      families->Counter("gather_accepted_total", "Gathers accepted, by the RPC that asked.");
  for (std::size_t rpc = 0; rpc < std::size(kRpcs); ++rpc) {
    const auto count = [rpc](const auto& w) -> const Counter& { return w.accepted[rpc]; };
    family->AddCounter(static_cast<double>(Sum(workers, count)), {{"rpc", kRpcs[rpc]}});
  }
}

void AddVerdicts(const Workers& workers, Families* families) {
  Family* const family = families->Counter(
      "gather_gathers_total", "Gathers answered, by mode and verdict; NONE: only validated.");
  for (int mode = v1::MODE_FAIL_FAST; mode < v1::Mode_ARRAYSIZE; ++mode) {
    for (int verdict = 0; verdict < v1::Verdict_ARRAYSIZE; ++verdict) {
      const auto count = [mode, verdict](const auto& w) -> const Counter& {
        return w.gathers[mode][verdict];
      };
      const std::uint64_t sum = Sum(workers, count);
      if (sum == 0 && verdict == v1::VERDICT_UNSPECIFIED) continue;
      family->AddCounter(static_cast<double>(sum),
                         {{"mode", Word(static_cast<v1::Mode>(mode))},
                          {"verdict", Word(static_cast<v1::Verdict>(verdict))}});
    }
  }
}

void AddCancels(const Workers& workers, Families* families) {
  Family* const family = families->Counter("gather_cancels_total",
                                           "Sub-calls that ran and were told to stop, by cause.");
  for (int cause = v1::CAUSE_CALLER; cause < v1::Cause_ARRAYSIZE; ++cause) {
    const auto count = [cause](const auto& w) -> const Counter& { return w.cancels[cause]; };
    family->AddCounter(static_cast<double>(Sum(workers, count)),
                       {{"cause", Word(static_cast<v1::Cause>(cause))}});
  }
}

void AddTimes(const Workers& workers, Families* families) {
  families->Histogram("gather_duration_seconds", "Gathers, from acceptance to the answer.")
      ->AddHistogram(Sum(workers, &WorkerMetrics::duration), kDurationBounds, kPerSecond);
  families
      ->Histogram("gather_overhead_seconds",
                  "Of each gather, the time in which no sub-call was outstanding at a backend.")
      ->AddHistogram(Sum(workers, &WorkerMetrics::overhead), kDurationBounds, kPerSecond);
  families
      ->Histogram(
          "gather_straggler_wait_seconds",
          "Of satisfied gathers, how long the sub-call that ended last was waited for alone.")
      ->AddHistogram(Sum(workers, &WorkerMetrics::straggler), kDurationBounds, kPerSecond);
}

void AddClamped(const Workers& workers, Families* families) {
  const auto count = [](const auto& w) -> const Counter& { return w.clamped; };
  families
      ->Counter("gather_clamped_total",
                "Gathers whose timeout or concurrency was above the maximum and was lowered to it.")
      ->AddCounter(static_cast<double>(Sum(workers, count)));
}

}  // namespace

void GatherSource::AddTo(Families* families) const {
  AddAccepted(workers_, families);
  AddVerdicts(workers_, families);
  AddTimes(workers_, families);
  AddCancels(workers_, families);
  AddClamped(workers_, families);
  AddRefusals(families);
}

void GatherSource::AddRefusals(Families* families) const {
  std::map<std::pair<absl::string_view, absl::string_view>, std::uint64_t> counts;
  for (const WorkerMetrics* worker : workers_) {
    worker->refusals().ForEach([&counts](const RefusalMetrics& refusal) {
      counts[{refusal.level, refusal.reason}] += refusal.count.value();
    });
  }
  Family* const family = families->Counter(
      "gather_refusals_total",
      "What was refused or dropped by us: whole requests, or single slots; docs/refusals.md.");
  for (const auto& [key, count] : counts) {
    family->AddCounter(static_cast<double>(count), {{"level", key.first}, {"reason", key.second}});
  }
}

}  // namespace gather::server
