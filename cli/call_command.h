#ifndef GATHER_CLI_CALL_COMMAND_H_
#define GATHER_CLI_CALL_COMMAND_H_

#include "cli/command_line.h"

namespace gather::cli {

// `gatherctl call`, to its end; gives the exit status.
int RunCall(const CommandLine& line);

}  // namespace gather::cli

#endif  // GATHER_CLI_CALL_COMMAND_H_
