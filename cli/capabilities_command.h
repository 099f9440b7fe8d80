#ifndef GATHER_CLI_CAPABILITIES_COMMAND_H_
#define GATHER_CLI_CAPABILITIES_COMMAND_H_

#include <string>

#include "cli/command_line.h"
#include "gather/v1/gather.pb.h"

namespace gather::cli {

// `gatherctl capabilities`, to its end; gives the exit status.
int RunCapabilities(const CommandLine& line);

// The same for a person to read.
std::string ToText(const v1::Capabilities& capabilities);

}  // namespace gather::cli

#endif  // GATHER_CLI_CAPABILITIES_COMMAND_H_
