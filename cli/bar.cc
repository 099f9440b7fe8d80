#include "cli/bar.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "absl/strings/str_cat.h"

namespace gather::cli {
namespace {

// Of a tick's label with the space before the next.
constexpr int kTickWidth = 7;

// The smallest of 1, 2, 5, 10, 20, 50 … ms that is no less.
absl::Duration RoundStep(absl::Duration least) {
  for (absl::Duration power = absl::Milliseconds(1);; power *= 10) {
    for (const int factor : {1, 2, 5}) {
      if (power * factor >= least) return power * factor;
    }
  }
}

std::string Repeat(absl::string_view glyph, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) absl::StrAppend(&text, glyph);
  return text;
}

}  // namespace

TimeAxis::TimeAxis(absl::Duration whole, int columns)
    : whole_(std::max(whole, absl::Milliseconds(1))), columns_(std::max(columns, 1)) {}

TimeAxis TimeAxis::ThatHolds(absl::Duration longest, int columns) {
  const absl::Duration step = RoundStep(longest / 10);
  return {step * std::ceil(absl::FDivDuration(longest, step)), columns};
}

int TimeAxis::Column(absl::Duration time) const {
  const double share = absl::FDivDuration(time, whole_);
  return static_cast<int>(std::clamp(share * columns_, 0.0, columns_ - 1.0));
}

std::string TimeAxis::Ticks() const {
  const bool seconds = whole_ >= absl::Seconds(10);
  const absl::Duration unit = seconds ? absl::Seconds(1) : absl::Milliseconds(1);
  const absl::Duration step = std::max(RoundStep(whole_ * kTickWidth / columns_), unit);
  std::string line;
  for (absl::Duration tick = absl::ZeroDuration(); tick < whole_; tick += step) {
    const std::string label = absl::StrCat(tick / unit);
    const std::size_t column = static_cast<std::size_t>(Column(tick));
    if (static_cast<int>(column + label.size()) > columns_ - 3) break;
    line.resize(std::max(column, line.size()), ' ');
    line += label;
  }
  return absl::StrCat(line, seconds ? " s" : " ms");
}

std::string DrawBar(const BarTimes& times, const TimeAxis& axis, const Painter& painter,
                    Tone tone) {
  const int first = axis.Column(times.added);
  const int last = std::max(axis.Column(times.ended), first);
  int waited = 0;
  int ran = last - first + 1;
  if (!times.open) {
    const int start = times.started.has_value() ? axis.Column(*times.started) : last + 1;
    waited = std::clamp(start - first, 0, ran);
    ran -= waited;
  }
  return absl::StrCat(Repeat(" ", first), painter.Paint(Tone::kFaint, Repeat("·", waited)),
                      painter.Paint(tone, Repeat(times.open ? "░" : "█", ran)),
                      Repeat(" ", axis.columns() - 1 - last));
}

}  // namespace gather::cli
