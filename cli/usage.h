#ifndef GATHER_CLI_USAGE_H_
#define GATHER_CLI_USAGE_H_

#include "absl/status/status.h"

namespace gather::cli {

// Writes one line to standard error: why nothing was done. Gives the exit status: 4 for a target or
// server that cannot be reached (kUnavailable), else 2.
int Complain(const absl::Status& problem);

}  // namespace gather::cli

#endif  // GATHER_CLI_USAGE_H_
