#ifndef GATHER_CLI_CONCLUSION_H_
#define GATHER_CLI_CONCLUSION_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "cli/roster.h"
#include "gather/v1/gather.pb.h"

namespace gather::cli {

// gatherctl's exit statuses.
inline constexpr int kSatisfied = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;
inline constexpr int kDeadline = 3;
inline constexpr int kNoServer = 4;

// How a gather went as a whole. A plain value.
struct Conclusion {
  std::optional<v1::Summary> summary;  // absent: `lost` says why
  absl::Status lost;
  int signal = 0;  // that cancelled it; 0: none
};

// One of the above, or 128 and the signal's number.
int ExitStatusOf(const Conclusion& conclusion);

// The same for a request that the server did not answer.
int ExitStatusOf(const absl::Status& lost);

// In words: "satisfied", `failed: call 1 "weather": UNAVAILABLE: nobody bids`.
std::string Headline(const Conclusion& conclusion, const Roster& roster);

// Why the server did not take on, or answer, a request.
std::string Headline(const absl::Status& lost);

}  // namespace gather::cli

#endif  // GATHER_CLI_CONCLUSION_H_
