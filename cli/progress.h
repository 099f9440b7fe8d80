#ifndef GATHER_CLI_PROGRESS_H_
#define GATHER_CLI_PROGRESS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "cli/painter.h"
#include "cli/roster.h"
#include "cli/tally.h"

namespace gather::cli {

// How far a gather of many sub-calls has come. A plain value.
struct Progress {
  const Tally* tally = nullptr;
  std::uint64_t calls = 0;
  absl::Duration elapsed;
};

// "4,321 of 10,000, 12,345 a second, 12 failed".
std::string ProgressLine(const Progress& progress);

// The same as a bar in the colours of the dispositions, the line, and the most frequent failures,
// none wider than `columns`:
//
//   ████████████████████████████············
//   4,321 of 10,000, 12,345 a second, 12 failed, about 0.5 s left
//       12  UNAVAILABLE: nobody bids (first: 17)
std::vector<std::string> DrawProgress(const Progress& progress, const Roster& roster, int columns,
                                      const Painter& painter);

// How long the sub-calls waited and ran, when it is over.
std::vector<std::string> DrawTimes(const Tally& tally);

}  // namespace gather::cli

#endif  // GATHER_CLI_PROGRESS_H_
