#ifndef GATHER_SERVER_FLAGS_H_
#define GATHER_SERVER_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/config/config_source.h"

namespace gather::server {

// What the command line asks for.
struct CommandLine {
  enum class Action { kServe, kCheckConfig, kShowHelp, kShowVersion };
  Action action = Action::kServe;
  ConfigSource source;  // --config, and the flags that stand instead of what is in it
};

// Reads gatherd's arguments, without the program's name. kInvalidArgument holds one line that says
// which flag is wrong, and what would be right.
absl::StatusOr<CommandLine> ParseCommandLine(const std::vector<std::string>& arguments);

// What --help prints.
std::string HelpText();

}  // namespace gather::server

#endif  // GATHER_SERVER_FLAGS_H_
