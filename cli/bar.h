#ifndef GATHER_CLI_BAR_H_
#define GATHER_CLI_BAR_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "cli/painter.h"

namespace gather::cli {

// A sub-call's times, on the clock that it shares with the others.
struct BarTimes {
  absl::Duration added;
  std::optional<absl::Duration> started;  // absent: never, or nobody knows yet
  absl::Duration ended;                   // of one that has not: now
  bool open = false;                      // it has not ended
};

// A time's place on a line of text: `columns` of them for `whole`.
class TimeAxis {
 public:
  TimeAxis(absl::Duration whole, int columns);

  // An axis that is long enough for `longest`, and ends at a round number.
  static TimeAxis ThatHolds(absl::Duration longest, int columns);

  int columns() const { return columns_; }

  // The first or last column for times before or after.
  int Column(absl::Duration time) const;

  // The axis' own line: "0        100      200 ms".
  std::string Ticks() const;

 private:
  absl::Duration whole_;
  int columns_;
};

// A bar as wide as the axis: dots for the time that the sub-call waited, blocks in that tone for
// when it ran, shades as long as it has not ended and nobody can tell these apart.
std::string DrawBar(const BarTimes& times, const TimeAxis& axis, const Painter& painter, Tone tone);

}  // namespace gather::cli

#endif  // GATHER_CLI_BAR_H_
