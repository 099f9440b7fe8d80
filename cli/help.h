#ifndef GATHER_CLI_HELP_H_
#define GATHER_CLI_HELP_H_

#include <string>

#include "cli/command_line.h"

namespace gather::cli {

// What --help prints: of the whole program (kNone), or of one command with its flags.
std::string HelpText(Command command);

}  // namespace gather::cli

#endif  // GATHER_CLI_HELP_H_
