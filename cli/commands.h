#ifndef GATHER_CLI_COMMANDS_H_
#define GATHER_CLI_COMMANDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cli/command_line.h"

namespace gather::cli {

// What there is to say of a command.
struct CommandWords {
  Command command;
  absl::string_view name;
  absl::string_view arguments;
  absl::string_view summary;
};

// In the order of the help.
const std::vector<CommandWords>& Commands();

// Null: there is none.
const CommandWords* FindCommand(absl::string_view name);

std::string NameOf(Command command);

}  // namespace gather::cli

#endif  // GATHER_CLI_COMMANDS_H_
