#ifndef GATHER_CLI_BASH_COMPLETION_H_
#define GATHER_CLI_BASH_COMPLETION_H_

#include <string>

namespace gather::cli {

// A script for bash that completes commands, their flags, and the words and files that those take.
std::string BashCompletion();

}  // namespace gather::cli

#endif  // GATHER_CLI_BASH_COMPLETION_H_
