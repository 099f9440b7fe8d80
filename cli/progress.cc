#include "cli/progress.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/wording.h"

namespace gather::cli {
namespace {

constexpr int kMostBar = 80;
constexpr std::size_t kMostKinds = 5;

double PerSecond(const Progress& progress) {
  const double seconds = std::max(absl::ToDoubleSeconds(progress.elapsed), 1e-3);
  return static_cast<double>(progress.tally->ended()) / seconds;
}

std::string Repeat(absl::string_view glyph, std::uint64_t times) {
  std::string text;
  for (std::uint64_t i = 0; i < times; ++i) absl::StrAppend(&text, glyph);
  return text;
}

// Of each disposition a part of the bar.
std::string Bar(const Progress& progress, std::uint64_t columns, const Painter& painter) {
  const Tally& tally = *progress.tally;
  const std::uint64_t calls = std::max<std::uint64_t>(progress.calls, 1);
  const std::uint64_t good = tally.count(v1::DISPOSITION_SUCCEEDED);
  std::string bar;
  std::uint64_t drawn = 0;
  std::uint64_t counted = 0;
  for (const auto& [count, tone] :
       {std::pair(good, Tone::kGood), std::pair(tally.failed(), Tone::kBad),
        std::pair(tally.ended() - good - tally.failed(), Tone::kStopped)}) {
    counted += count;
    std::uint64_t end = counted * columns / calls;
    // What is there is seen.
    if (count > 0 && end == drawn && end < columns) ++end;
    end = std::max(end, drawn);
    absl::StrAppend(&bar, painter.Paint(tone, Repeat("█", end - drawn)));
    drawn = end;
  }
  return absl::StrCat(bar, painter.Paint(Tone::kFaint, Repeat("·", columns - drawn)));
}

std::string TimeLeft(const Progress& progress) {
  const std::uint64_t left = progress.calls - progress.tally->ended();
  const double rate = PerSecond(progress);
  if (left == 0 || rate == 0 || progress.elapsed < absl::Milliseconds(500)) return "";
  return absl::StrCat(", about ", Span(absl::Seconds(static_cast<double>(left) / rate)), " left");
}

std::string TimesLine(absl::string_view what, const Histogram& times) {
  return absl::StrFormat("%s  half within %s, 90 %% within %s, 99 %% within %s, all within %s",
                         what, Span(times.Quantile(0.5)), Span(times.Quantile(0.9)),
                         Span(times.Quantile(0.99)), Span(times.Quantile(1)));
}

}  // namespace

std::string ProgressLine(const Progress& progress) {
  return absl::StrCat(Grouped(progress.tally->ended()), " of ", Grouped(progress.calls), ", ",
                      Grouped(static_cast<std::uint64_t>(PerSecond(progress))), " a second, ",
                      Grouped(progress.tally->failed()), " failed");
}

std::vector<std::string> DrawProgress(const Progress& progress, const Roster& roster, int columns,
                                      const Painter& painter) {
  const std::size_t width = static_cast<std::size_t>(std::max(columns, 1));
  std::vector<std::string> lines = {
      Bar(progress, std::min<std::uint64_t>(width, kMostBar), painter),
      Fit(absl::StrCat(ProgressLine(progress), TimeLeft(progress)), width, false)};
  std::uint64_t told = 0;
  for (const Tally::Kind& kind : progress.tally->Kinds(kMostKinds)) {
    told += kind.count;
    const std::string line = absl::StrFormat("%8s  %s (first: %s)", Grouped(kind.count), kind.text,
                                             roster.Name(kind.first));
    lines.push_back(painter.Paint(Tone::kBad, Fit(line, width, false)));
  }
  if (told < progress.tally->failed()) {
    const std::string line =
        absl::StrFormat("%8s  other failures", Grouped(progress.tally->failed() - told));
    lines.push_back(painter.Paint(Tone::kBad, Fit(line, width, false)));
  }
  return lines;
}

std::vector<std::string> DrawTimes(const Tally& tally) {
  if (tally.ran().empty()) return {};
  return {TimesLine("waited:", tally.waited()), TimesLine("ran:   ", tally.ran())};
}

}  // namespace gather::cli
