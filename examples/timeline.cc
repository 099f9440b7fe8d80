#include "examples/timeline.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
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

// The column in which `time` falls when `whole` fills all of them.
int Column(absl::Duration time, absl::Duration whole) {
  const double share = absl::FDivDuration(time, whole);
  return std::clamp(static_cast<int>(share * kColumns), 0, kColumns - 1);
}

std::string Bar(const TimelineRow& row, absl::Duration whole, Tone tone) {
  const gather::Timing timing = row.outcome->timing();
  const int added = Column(row.added, whole);
  const int end = Column(row.added + timing.finished, whole);
  const int start =
      timing.started.has_value() ? Column(row.added + *timing.started, whole) : end + 1;
  std::string waited;
  std::string ran;
  for (int column = added; column <= end; ++column) {
    absl::StrAppend(column < start ? &waited : &ran, column < start ? "·" : "█");
  }
  return absl::StrCat(std::string(added, ' '), waited, Paint(tone, ran),
                      std::string(kColumns - 1 - end, ' '));
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
  for (const TimelineRow& row : rows) {
    const OutcomeFacts& outcome = *row.outcome;
    const Tone tone = ToneOf(outcome.disposition());
    const std::string name(gather::ToString(outcome.disposition()));
    absl::PrintF("  %d %-14s %s %s %s%s\n", outcome.index(), outcome.id(),
                 Paint(tone, absl::StrFormat("%-11s", name)), Bar(row, whole, tone), Times(row),
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
