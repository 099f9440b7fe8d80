#include "cli/bash_completion.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/help_words.h"

namespace gather::cli {
namespace {

// To bash "=" is a word of its own, so that "--mode=co" comes as three.
constexpr absl::string_view kScript = R"(# Completes gatherctl's command lines; made by it.
_gatherctl() {
  local word=$2 before=$3 command='' flags='' i
  if [[ $word == '=' ]]; then
    word=''
  elif [[ $before == '=' ]]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  COMPREPLY=()
  case $before in
@VALUES@
  esac
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      @COMMANDS_OR@) command=${COMP_WORDS[i]} && break ;;
    esac
  done
  case $command in
    '') flags='@COMMANDS@ --help --version' ;;
    help) flags='@COMMANDS@' ;;
@FLAGS@
  esac
  [[ $word == -* || $command == '' || $command == help ]] || return
  mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$word")
  if [[ ${COMPREPLY[0]-} == *= ]]; then compopt -o nospace; fi
}
complete -F _gatherctl gatherctl
)";

// The case of bash for one flag's value.
std::string ValueCase(const Flag& flag) {
  std::string names = absl::StrCat("--", flag.name);
  if (flag.letter != 0) absl::StrAppend(&names, " | -", std::string(1, flag.letter));
  const absl::string_view choices = Choices(flag);
  const std::string what = choices == "FILE"        ? "compgen -f"
                           : choices == "DIRECTORY" ? "compgen -d"
                                                    : absl::StrCat("compgen -W '", choices, "'");
  const bool files = choices == "FILE" || choices == "DIRECTORY";
  return absl::StrCat("    ", names, ")\n", files ? "      compopt -o filenames\n" : "",
                      "      mapfile -t COMPREPLY < <(", what, " -- \"$word\")\n",
                      "      return\n      ;;");
}

// The same for one command's flags. Empty: it has none.
std::string FlagsCase(const CommandWords& words) {
  std::vector<std::string> flags;
  for (const Flag& flag : Flags()) {
    if (!Takes(words.command, flag)) continue;
    flags.push_back(absl::StrCat("--", flag.name, flag.value.empty() ? "" : "="));
  }
  if (flags.empty()) return "";
  return absl::StrCat("    ", words.name, ") flags='", absl::StrJoin(flags, " "), " --help' ;;");
}

}  // namespace

std::string BashCompletion() {
  std::vector<absl::string_view> commands;
  std::vector<std::string> flags;
  for (const CommandWords& words : Commands()) {
    commands.push_back(words.name);
    if (std::string one = FlagsCase(words); !one.empty()) flags.push_back(std::move(one));
  }
  std::vector<std::string> values;
  for (const Flag& flag : Flags()) {
    if (!Choices(flag).empty()) values.push_back(ValueCase(flag));
  }
  return absl::StrReplaceAll(kScript, {{"@VALUES@", absl::StrJoin(values, "\n")},
                                       {"@COMMANDS_OR@", absl::StrJoin(commands, " | ")},
                                       {"@COMMANDS@", absl::StrJoin(commands, " ")},
                                       {"@FLAGS@", absl::StrJoin(flags, "\n")}});
}

}  // namespace gather::cli
