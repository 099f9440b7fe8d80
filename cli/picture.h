#ifndef GATHER_CLI_PICTURE_H_
#define GATHER_CLI_PICTURE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "cli/painter.h"
#include "cli/roster.h"
#include "gather/v1/gather.pb.h"

namespace gather::cli {

// One sub-call each, in their order; absent: it has not ended. Replies may be left out.
using Outcomes = std::vector<std::optional<v1::Outcome>>;

// Draws the sub-calls of one gather, a line each, on a common axis of time, none wider than
// `columns` where that is 80 at least:
//
//                           0        50       100 ms      waited     ran
//   0 ada    users GetUser  ██████                         0.2 ms   21 ms  ✓
//   1        adverts Pick   ··██████████                    11 ms   50 ms  ✗ UNAVAILABLE: nobody …
//
// Dots: it waited. Blocks: it ran. Shades: it has not ended yet.
std::vector<std::string> DrawPicture(const Roster& roster, const Outcomes& outcomes,
                                     absl::Duration elapsed, int columns, const Painter& painter);

// How wide what the picture says of how a sub-call ended can be; the rest of it is cut.
std::size_t RoomForTexts(const Roster& roster, int columns);

}  // namespace gather::cli

#endif  // GATHER_CLI_PICTURE_H_
