#include "cli/man_page.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/help_words.h"
#include "server/version.h"

namespace gather::cli {
namespace {

// Text in which backslashes, dashes and quotes are themselves, and no line is a request of roff's.
std::string Roff(absl::string_view text) {
  std::string escaped = absl::StrReplaceAll(
      text, {{"\\", "\\e"}, {"-", "\\-"}, {"…", "..."}, {"'", "\\(aq"}, {"~", "\\(ti"}});
  if (!escaped.empty() && escaped.front() == '.') escaped = absl::StrCat("\\&", escaped);
  return escaped;
}

std::string Entry(absl::string_view term, absl::string_view text) {
  return absl::StrCat(".TP\n\\fB", Roff(term), "\\fR\n", Roff(text), "\n");
}

std::string Synopsis() {
  std::string text = ".SH SYNOPSIS\n";
  for (const CommandWords& words : Commands()) {
    absl::StrAppend(&text, "\\fBgatherctl ", words.name, "\\fR ", Roff(words.arguments), "\n.br\n");
  }
  return text;
}

std::string Description() {
  std::string text = absl::StrCat(".SH DESCRIPTION\n", Roff(kSummary), "\n.PP\n", Roff(kAboutCalls),
                                  "\n.PP\n", Roff(kAboutTypes), "\n.SH COMMANDS\n");
  for (const CommandWords& words : Commands()) {
    absl::StrAppend(&text, Entry(words.name, words.summary));
  }
  return text;
}

std::string Options() {
  std::string text = ".SH OPTIONS\n";
  absl::string_view heading;
  for (const Flag& flag : Flags()) {
    if (Heading(flag.section) != heading) {
      heading = Heading(flag.section);
      absl::StrAppend(&text, ".SS ", Roff(heading), "\n");
    }
    absl::StrAppend(&text, Entry(Spelling(flag), flag.help));
  }
  return text;
}

std::string Statuses() {
  std::string text = ".SH EXIT STATUS\n";
  for (const auto& [status, meaning] : kStatuses) absl::StrAppend(&text, Entry(status, meaning));
  return text;
}

std::string Examples() {
  std::string text = ".SH EXAMPLES\n";
  for (const Example& example : kExamples) {
    absl::StrAppend(&text, ".PP\n", Roff(example.what), "\n.PP\n.RS 4\n", Roff(example.command),
                    "\n.RE\n");
  }
  return text;
}

}  // namespace

std::string ManPage() {
  return absl::StrCat(".TH GATHERCTL 1 \"\" \"gather ", server::kVersion, "\" \"User Commands\"\n",
                      ".SH NAME\ngatherctl \\- gather gRPC calls from the command line\n",
                      Synopsis(), Description(), Options(), Statuses(), ".SH FILES\n",
                      Entry("~/.config/gather/gatherctl.json", "settings, as --config takes them"),
                      Examples());
}

}  // namespace gather::cli
