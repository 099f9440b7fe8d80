#include "cli/picture.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "cli/bar.h"
#include "cli/explanation.h"
#include "cli/wording.h"
#include "gather/duration.h"

namespace gather::cli {
namespace {

constexpr std::size_t kTime = 8;  // "waited" and "ran", with the space before
constexpr std::size_t kMark = 2;  // with the space behind it
constexpr int kLeastBar = 16;
constexpr int kMostBar = 60;

// How wide the columns of the picture are.
struct Widths {
  std::size_t index = 0;
  std::size_t id = 0;  // 0: there is none but indexes
  std::size_t route = 0;
  int bar = 0;
  std::size_t text = 0;
};

Widths Measure(const Roster& roster, int columns) {
  Widths widths;
  const std::size_t most_id = static_cast<std::size_t>(columns) / 8;
  const std::size_t most_route = static_cast<std::size_t>(columns) / 4;
  widths.index = absl::StrCat(roster.size() - 1).size();
  for (std::uint32_t i = 0; i < roster.size(); ++i) {
    const std::string id = roster.id(i);
    if (id != absl::StrCat(i)) widths.id = std::max(widths.id, std::min(Width(id), most_id));
    widths.route = std::max(widths.route, std::min(Width(roster.Route(i)), most_route));
  }
  const std::size_t names =
      widths.index + 1 + (widths.id > 0 ? widths.id + 1 : 0) + widths.route + 1;
  const int left = columns - static_cast<int>(names + 2 * kTime + 4);
  widths.bar = std::clamp(left * 2 / 5, kLeastBar, kMostBar);
  widths.text = static_cast<std::size_t>(std::max(left - widths.bar, 0));
  return widths;
}

std::string Names(const Roster& roster, std::uint32_t index, const Widths& widths) {
  const std::string number = absl::StrCat(index);
  const std::string id = roster.id(index) == number ? "" : roster.id(index);
  return absl::StrCat(std::string(widths.index - number.size(), ' '), number, " ",
                      widths.id > 0 ? absl::StrCat(Fit(id, widths.id, true), " ") : "",
                      Fit(roster.Route(index), widths.route, true), " ");
}

std::string RightOf(const std::string& text) {
  return absl::StrCat(std::string(kTime - std::min(kTime, Width(text)), ' '), text);
}

absl::string_view Mark(v1::Disposition disposition) {
  switch (ToneOf(disposition)) {
    case Tone::kGood:
      return "✓";
    case Tone::kBad:
      return "✗";
    case Tone::kStopped:
      return "○";
    default:
      return "→";
  }
}

// Whether nothing is known of its times but that it has been going on until now.
bool IsOpen(const std::optional<v1::Outcome>& outcome) {
  return !outcome.has_value() || !outcome->has_timing() ||
         outcome->disposition() == v1::DISPOSITION_DETACHED;
}

BarTimes TimesOf(const std::optional<v1::Outcome>& outcome, absl::Duration elapsed) {
  BarTimes times;
  times.open = IsOpen(outcome);
  times.ended = times.open ? elapsed : internal::FromProto(outcome->timing().finished());
  if (outcome.has_value() && outcome->timing().has_started()) {
    times.started = internal::FromProto(outcome->timing().started());
  }
  return times;
}

std::string TimeTexts(const BarTimes& times) {
  if (times.open) return RightOf("") + RightOf(times.started ? "" : Span(times.ended));
  if (!times.started) return RightOf(Span(times.ended)) + RightOf("–");
  return RightOf(Span(*times.started)) + RightOf(Span(times.ended - *times.started));
}

absl::Duration LongestOf(const Outcomes& outcomes, absl::Duration elapsed) {
  absl::Duration longest = absl::Milliseconds(1);
  for (const std::optional<v1::Outcome>& outcome : outcomes) {
    longest = std::max(longest, TimesOf(outcome, elapsed).ended);
  }
  return longest;
}

}  // namespace

std::size_t RoomForTexts(const Roster& roster, int columns) {
  return Measure(roster, columns).text - std::min(Measure(roster, columns).text, kMark);
}

std::vector<std::string> DrawPicture(const Roster& roster, const Outcomes& outcomes,
                                     absl::Duration elapsed, int columns, const Painter& painter) {
  if (outcomes.empty()) return {};
  const Widths widths = Measure(roster, columns);
  const TimeAxis axis = TimeAxis::ThatHolds(LongestOf(outcomes, elapsed), widths.bar);
  const std::size_t indent = Width(Names(roster, 0, widths));
  std::vector<std::string> lines = {painter.Paint(
      Tone::kFaint, absl::StrCat(std::string(indent, ' '),
                                 Fit(axis.Ticks(), static_cast<std::size_t>(widths.bar), true),
                                 RightOf("waited"), RightOf("ran")))};
  for (std::uint32_t i = 0; i < outcomes.size(); ++i) {
    const std::optional<v1::Outcome>& outcome = outcomes[i];
    const Tone tone = outcome ? ToneOf(outcome->disposition()) : Tone::kPlain;
    const BarTimes times = TimesOf(outcome, elapsed);
    std::string text;
    if (outcome.has_value()) {
      const std::string why =
          Explain(*outcome, [&roster](std::uint32_t index) { return roster.Name(index); });
      text = absl::StrCat(Mark(outcome->disposition()), why.empty() ? "" : " ", why);
    }
    lines.push_back(absl::StrCat(Names(roster, i, widths), DrawBar(times, axis, painter, tone),
                                 painter.Paint(Tone::kFaint, TimeTexts(times)), "  ",
                                 painter.Paint(tone, Fit(text, widths.text, false))));
  }
  return lines;
}

}  // namespace gather::cli
