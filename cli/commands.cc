#include "cli/commands.h"

namespace gather::cli {

const std::vector<CommandWords>& Commands() {
  static const auto* const commands = new std::vector<CommandWords>{
      {Command::kCall, "call", "[FLAGS] TARGET METHOD [JSON] [+ TARGET METHOD [JSON]]...",
       "gather: call all of them at once, show what becomes of each"},
      {Command::kCheck, "check", "[FLAGS] TARGET METHOD [JSON] [+ TARGET METHOD [JSON]]...",
       "say whether that gather would be accepted; nothing is called"},
      {Command::kCapabilities, "capabilities", "[FLAGS]",
       "what the server offers to this caller: limits, modes, targets"},
      {Command::kCompletion, "completion", "", "print the completion for bash"},
      {Command::kMan, "man", "", "print the manual page, for man -l"},
      {Command::kHelp, "help", "[COMMAND]", "explain a command"},
      {Command::kVersion, "version", "", "print the version"},
  };
  return *commands;
}

const CommandWords* FindCommand(absl::string_view name) {
  for (const CommandWords& words : Commands()) {
    if (words.name == name) return &words;
  }
  return nullptr;
}

std::string NameOf(Command command) {
  for (const CommandWords& words : Commands()) {
    if (words.command == command) return std::string(words.name);
  }
  return "";
}

}  // namespace gather::cli
