#ifndef GATHER_EXAMPLES_TIMELINE_H_
#define GATHER_EXAMPLES_TIMELINE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gather/outcome_facts.h"

namespace demo {

// Prints a row for each sub-call: its id, how it ended, a bar for when it ran (dots: it waited),
// and what there is to say of its end.
//
//   user ada       SUCCEEDED    ██████······························    0 –  21 ms
void PrintTimeline(const std::vector<const gather::OutcomeFacts*>& outcomes);

// A time in which a sub-call ran, from when to when.
using Span = std::pair<absl::Duration, absl::Duration>;

// How many ran at once, from the first start to the last end, as a line of bars, the highest of
// which stands for `most`.
std::string InFlight(const std::vector<Span>& spans, int most);

}  // namespace demo

#endif  // GATHER_EXAMPLES_TIMELINE_H_
