#include "cli/help.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/help_words.h"

namespace gather::cli {
namespace {

constexpr std::size_t kColumns = 79;

// The text in lines that are indented so far; all but the last end in `line_end`.
std::string Wrapped(absl::string_view text, std::size_t indent, absl::string_view line_end = "") {
  std::string lines;
  std::string line(indent, ' ');
  bool first = true;
  for (const absl::string_view word : absl::StrSplit(text, ' ')) {
    if (!first && line.size() + 1 + word.size() + line_end.size() > kColumns) {
      absl::StrAppend(&lines, line, line_end, "\n");
      line.assign(indent, ' ');
      first = true;
    }
    absl::StrAppend(&line, first ? "" : " ", word);
    first = false;
  }
  return absl::StrCat(lines, line, "\n");
}

std::string Flags(Command command) {
  std::string text;
  absl::string_view heading;
  for (const Flag& flag : cli::Flags()) {
    if (!Takes(command, flag)) continue;
    if (Heading(flag.section) != heading) {
      heading = Heading(flag.section);
      absl::StrAppend(&text, "\n", heading, "\n");
    }
    absl::StrAppend(&text, "  ", Spelling(flag), "\n", Wrapped(flag.help, 6));
  }
  return text;
}

std::string Examples() {
  std::string text = "\nExamples\n";
  for (const Example& example : kExamples) {
    absl::StrAppend(&text, Wrapped(example.what, 2), Wrapped(example.command, 4, " \\"));
  }
  return text;
}

std::string Statuses() {
  std::string text = "\nExit status\n";
  for (const auto& [status, meaning] : kStatuses) {
    absl::StrAppend(&text, "  ", status, std::string(5 - status.size(), ' '), meaning, "\n");
  }
  return text;
}

std::string WholeHelp() {
  std::string text = absl::StrCat("usage: gatherctl COMMAND [FLAGS] [ARGUMENTS]\n\n",
                                  Wrapped(kSummary, 0), "\nCommands\n");
  for (const CommandWords& words : Commands()) {
    absl::StrAppend(&text, "  ", words.name, std::string(14 - words.name.size(), ' '),
                    words.summary, "\n");
  }
  return absl::StrCat(text, Examples(), Statuses(),
                      "\ngatherctl COMMAND --help explains a command's flags.\n");
}

std::string CommandHelp(const CommandWords& words) {
  const std::string usage =
      absl::StrCat("usage: gatherctl ", words.name, words.arguments.empty() ? "" : " ",
                   words.arguments, "\n\n", Wrapped(words.summary, 0));
  if (words.command != Command::kCall && words.command != Command::kCheck) {
    return absl::StrCat(usage, Flags(words.command));
  }
  return absl::StrCat(usage, "\n", Wrapped(kAboutCalls, 0), "\n", Wrapped(kAboutTypes, 0),
                      Flags(words.command), Examples(), Statuses());
}

}  // namespace

std::string HelpText(Command command) {
  for (const CommandWords& words : Commands()) {
    if (words.command == command) return CommandHelp(words);
  }
  return WholeHelp();
}

}  // namespace gather::cli
