#include "examples/timeline.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/bar.h"
#include "examples/terminal.h"

namespace demo {
namespace {

using gather::Disposition;
using gather::OutcomeFacts;

constexpr int kColumns = 36;

Tone ToneOf(Disposition disposition) {
  if (disposition == Disposition::kSucceeded) return Tone::kGood;
  if (disposition == Disposition::kFailed || disposition == Disposition::kRejected) {
    return Tone::kBad;
  }
  return Tone::kStopped;
}

std::string Bar(const TimelineRow& row, const gather::cli::TimeAxis& axis, Tone tone) {
  const gather::Timing timing = row.outcome->timing();
  gather::cli::BarTimes times;
  times.added = row.added;
  if (timing.started.has_value()) times.started = row.added + *timing.started;
  times.ended = row.added + timing.finished;
  return gather::cli::DrawBar(times, axis, StandardPainter(), tone);
}

std::string Times(const TimelineRow& row) {
  const gather::Timing timing = row.outcome->timing();
  if (!timing.started.has_value()) return "  never sent";
  return absl::StrFormat("%3d – %3d ms", absl::ToInt64Milliseconds(row.added + *timing.started),
                         absl::ToInt64Milliseconds(row.added + timing.finished));
}

// The cause of what was stopped, the status of what failed.
std::string Remark(const OutcomeFacts& outcome) {
  if (outcome.ok()) return "";
  if (ToneOf(outcome.disposition()) == Tone::kBad) {
    return absl::StrCat("  ", absl::StatusCodeToString(outcome.status().code()));
  }
  std::string remark = absl::StrCat("  ", gather::ToString(outcome.cause()));
  if (outcome.caused_by().has_value()) absl::StrAppend(&remark, " by ", *outcome.caused_by());
  return remark;
}

}  // namespace

void PrintTimeline(const std::vector<TimelineRow>& rows) {
  absl::Duration whole = absl::Milliseconds(1);
  for (const TimelineRow& row : rows) {
    whole = std::max(whole, row.added + row.outcome->timing().finished);
  }
  const gather::cli::TimeAxis axis(whole, kColumns);
  for (const TimelineRow& row : rows) {
    const OutcomeFacts& outcome = *row.outcome;
    const Tone tone = ToneOf(outcome.disposition());
    const std::string name(gather::ToString(outcome.disposition()));
    absl::PrintF("  %d %-14s %s %s %s%s\n", outcome.index(), outcome.id(),
                 Paint(tone, absl::StrFormat("%-11s", name)), Bar(row, axis, tone), Times(row),
                 Paint(tone, Remark(outcome)));
  }
}

std::string InFlight(const std::vector<Span>& spans, int most) {
  if (spans.empty()) return "";
  absl::Duration first = absl::InfiniteDuration();
  absl::Duration last = absl::ZeroDuration();
  for (const auto& [start, end] : spans) {
    first = std::min(first, start);
    last = std::max(last, end);
  }
  constexpr const char* kLevels[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  constexpr int kHighest = 8;
  constexpr int kWide = 2 * kColumns;
  std::string line;
  for (int column = 0; column < kWide; ++column) {
    const absl::Duration at = first + (last - first) * (column + 0.5) / kWide;
    const auto running = std::count_if(spans.begin(), spans.end(), [at](const Span& span) {
      return span.first <= at && at < span.second;
    });
    absl::StrAppend(&line, kLevels[std::min<std::int64_t>(running * kHighest / most, kHighest)]);
  }
  return line;
}

}  // namespace demo
