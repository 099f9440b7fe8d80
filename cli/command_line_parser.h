#ifndef GATHER_CLI_COMMAND_LINE_PARSER_H_
#define GATHER_CLI_COMMAND_LINE_PARSER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/command_line.h"

namespace gather::cli {

// Reads gatherctl's arguments, without the program's name. kInvalidArgument holds one line that
// says what is wrong, and what would be right.
absl::StatusOr<CommandLine> ParseCommandLine(const std::vector<std::string>& arguments);

}  // namespace gather::cli

#endif  // GATHER_CLI_COMMAND_LINE_PARSER_H_
