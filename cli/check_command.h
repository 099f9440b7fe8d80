#ifndef GATHER_CLI_CHECK_COMMAND_H_
#define GATHER_CLI_CHECK_COMMAND_H_

#include "cli/command_line.h"

namespace gather::cli {

// `gatherctl check`, to its end; gives the exit status.
int RunCheck(const CommandLine& line);

}  // namespace gather::cli

#endif  // GATHER_CLI_CHECK_COMMAND_H_
