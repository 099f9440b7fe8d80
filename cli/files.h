#ifndef GATHER_CLI_FILES_H_
#define GATHER_CLI_FILES_H_

#include <string>

#include "absl/status/statusor.h"

namespace gather::cli {

// All that is in the file; "-" is standard input. kInvalidArgument, in one line, where it cannot be
// read.
absl::StatusOr<std::string> ReadFile(const std::string& path);

}  // namespace gather::cli

#endif  // GATHER_CLI_FILES_H_
