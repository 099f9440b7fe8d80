#ifndef GATHER_EXAMPLES_TIMELINE_H_
#define GATHER_EXAMPLES_TIMELINE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gather/outcome_facts.h"

namespace demo {

// One bar: of an outcome that is there as long as the row is used, and when it was added to its
// group (zero: with the gather's start).
struct TimelineRow {
  TimelineRow(const gather::OutcomeFacts* outcome,  // NOLINT(google-explicit-constructor)
              absl::Duration added = absl::ZeroDuration())
      : outcome(outcome), added(added) {}

  const gather::OutcomeFacts* outcome;
  absl::Duration added;
};

// Prints a row for each sub-call: its id, how it ended, a bar for when it ran (dots: it waited),
// and what there is to say of its end.
//
//   user ada       SUCCEEDED    ██████······························    0 –  21 ms
void PrintTimeline(const std::vector<TimelineRow>& rows);

// A time in which a sub-call ran, from when to when.
using Span = std::pair<absl::Duration, absl::Duration>;

// How many ran at once, from the first start to the last end, as a line of bars, the highest of
// which stands for `most`.
std::string InFlight(const std::vector<Span>& spans, int most);

}  // namespace demo

#endif  // GATHER_EXAMPLES_TIMELINE_H_
