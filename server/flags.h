#ifndef GATHER_SERVER_FLAGS_H_
#define GATHER_SERVER_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/log.h"
#include "server/server.h"

namespace gather::server {

// What the command line asks for.
struct CommandLine {
  enum class Action { kServe, kShowHelp, kShowVersion };
  Action action = Action::kServe;
  ServerOptions options;
  LogLevel log_level = LogLevel::kInfo;
};

// Reads gatherd's arguments, without the program's name. kInvalidArgument holds one line that says
// which flag is wrong, and what would be right.
absl::StatusOr<CommandLine> ParseCommandLine(const std::vector<std::string>& arguments);

// What --help prints.
std::string HelpText();

}  // namespace gather::server

#endif  // GATHER_SERVER_FLAGS_H_
