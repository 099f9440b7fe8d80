#include "server/metrics/sub_call_source.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <tuple>

#include "absl/strings/string_view.h"
#include "gather/v1/gather.pb.h"
#include "server/metrics/words.h"

namespace gather::server {
namespace {

constexpr double kPerSecond = 1e9;

// Disposition, origin, cause.
using End = std::tuple<int, int, int>;

struct MethodSum {
  std::map<End, std::uint64_t> ends;
  HistogramValue duration;
  HistogramValue reply_bytes;
};
using MethodSums = std::map<std::pair<absl::string_view, absl::string_view>, MethodSum>;

struct TargetSum {
  std::uint64_t attempts = 0;
  std::uint64_t detached_failures = 0;
  std::array<std::uint64_t, TargetMetrics::kCodes> failures{};
  HistogramValue queued;
  HistogramValue stream_wait;
};
using TargetSums = std::map<absl::string_view, TargetSum>;

void AddEnds(const MethodMetrics& method, MethodSum* sum) {
  for (int disposition = 0; disposition < v1::Disposition_ARRAYSIZE; ++disposition) {
    for (int origin = 0; origin < v1::Origin_ARRAYSIZE; ++origin) {
      for (int cause = 0; cause < v1::Cause_ARRAYSIZE; ++cause) {
        const std::uint64_t count = method.outcomes[disposition][origin][cause].value();
        if (count > 0) sum->ends[{disposition, origin, cause}] += count;
      }
    }
  }
}

void Add(const MethodMetrics& method, MethodSums* sums) {
  MethodSum& sum = (*sums)[{method.target->target, method.method}];
  AddEnds(method, &sum);
  sum.duration += method.duration.value();
  sum.reply_bytes += method.reply_bytes.value();
}

void Add(const TargetMetrics& target, TargetSums* sums) {
  TargetSum& sum = (*sums)[target.target];
  sum.attempts += target.attempts.value();
  sum.detached_failures += target.detached_failures.value();
  for (std::size_t code = 0; code < sum.failures.size(); ++code) {
    sum.failures[code] += target.failures[code].value();
  }
  sum.queued += target.queued.value();
  sum.stream_wait += target.stream_wait.value();
}

}  // namespace

void SubCallSource::AddTo(Families* families) const {
  AddMethods(families);
  AddTargets(families);
}

void SubCallSource::AddMethods(Families* families) const {
  MethodSums sums;
  for (const WorkerMetrics* worker : workers_) {
    worker->methods().ForEach([&sums](const MethodMetrics& method) { Add(method, &sums); });
  }
  Family* const ends = families->Counter("gather_sub_calls_total",
                                         "Sub-calls, by what became of them, who said so and why.");
  Family* const durations = families->Histogram(
      "gather_sub_call_duration_seconds", "Sub-calls that were sent, from then to their end.");
  Family* const replies =
      families->Histogram("gather_reply_size_bytes", "What sub-calls that succeeded brought back.");
  for (const auto& [key, sum] : sums) {
    const auto& [target, method] = key;
    for (const auto& [end, count] : sum.ends) {
      const auto& [disposition, origin, cause] = end;
      ends->AddCounter(static_cast<double>(count),
                       {{"target", target},
                        {"method", method},
                        {"disposition", Word(static_cast<v1::Disposition>(disposition))},
                        {"origin", Word(static_cast<v1::Origin>(origin))},
                        {"cause", Word(static_cast<v1::Cause>(cause))}});
    }
    durations->AddHistogram(sum.duration, kDurationBounds, kPerSecond,
                            {{"target", target}, {"method", method}});
    replies->AddHistogram(sum.reply_bytes, kSizeBounds, 1,
                          {{"target", target}, {"method", method}});
  }
}

void SubCallSource::AddTargets(Families* families) const {
  TargetSums sums;
  for (const WorkerMetrics* worker : workers_) {
    worker->targets().ForEach([&sums](const TargetMetrics& target) { Add(target, &sums); });
  }
  Family* const attempts = families->Counter("gather_attempts_total", "Calls sent to backends.");
  Family* const failures = families->Counter("gather_sub_call_failures_total",
                                             "Sub-calls that really failed, by status code.");
  Family* const queued =
      families->Histogram("gather_sub_call_queue_seconds",
                          "Sub-calls, from acceptance until they were sent or given up.");
  Family* const stream_wait = families->Histogram(
      "gather_stream_wait_seconds",
      "Calls that waited for a stream because all connections to their target were full.");
  Family* const detached =
      families->Counter("gather_detached_failures_total",
                        "Sub-calls that failed after their gather had been answered without them.");
  for (const auto& [target, sum] : sums) {
    attempts->AddCounter(static_cast<double>(sum.attempts), {{"target", target}});
    for (std::size_t code = 0; code < sum.failures.size(); ++code) {
      if (sum.failures[code] == 0) continue;
      failures->AddCounter(static_cast<double>(sum.failures[code]),
                           {{"target", target}, {"code", CodeWord(static_cast<int>(code))}});
    }
    queued->AddHistogram(sum.queued, kDurationBounds, kPerSecond, {{"target", target}});
    stream_wait->AddHistogram(sum.stream_wait, kDurationBounds, kPerSecond, {{"target", target}});
    detached->AddCounter(static_cast<double>(sum.detached_failures), {{"target", target}});
  }
}

}  // namespace gather::server
