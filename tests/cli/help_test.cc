#include "cli/help.h"

#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "cli/bash_completion.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/man_page.h"
#include "cli/wording.h"
#include "gtest/gtest.h"

namespace gather::cli {
namespace {

TEST(HelpTest, NamesEveryCommand) {
  const std::string help = HelpText(Command::kNone);
  const std::string manual = ManPage();
  const std::string completion = BashCompletion();
  for (const CommandWords& words : Commands()) {
    EXPECT_TRUE(absl::StrContains(help, absl::StrCat("\n  ", words.name, " "))) << words.name;
    EXPECT_TRUE(absl::StrContains(manual, words.name)) << words.name;
    EXPECT_TRUE(absl::StrContains(completion, words.name)) << words.name;
  }
}

TEST(HelpTest, NamesEveryFlagOfACommandAndNoOther) {
  for (const CommandWords& words : Commands()) {
    const std::string help = HelpText(words.command);
    for (const Flag& flag : Flags()) {
      const bool takes = (flag.commands & static_cast<int>(words.command)) != 0;
      const std::string before = absl::StrCat("--", flag.name, flag.value.empty() ? "\n" : "=");
      const std::string flags = help.substr(0, help.find("\nExamples"));
      EXPECT_EQ(absl::StrContains(flags, before), takes) << words.name << " " << flag.name;
    }
  }
}

TEST(HelpTest, ManualAndCompletionNameEveryFlag) {
  const std::string manual = ManPage();
  const std::string completion = BashCompletion();
  for (const Flag& flag : Flags()) {
    EXPECT_TRUE(absl::StrContains(manual, absl::StrCat("\\-\\-", flag.name))) << flag.name;
    EXPECT_TRUE(absl::StrContains(completion, absl::StrCat("--", flag.name))) << flag.name;
  }
}

TEST(HelpTest, FitsATerminal) {
  for (const CommandWords& words : Commands()) {
    for (const absl::string_view line : absl::StrSplit(HelpText(words.command), '\n')) {
      EXPECT_LE(Width(line), 79u) << line;
    }
  }
  for (const absl::string_view line : absl::StrSplit(HelpText(Command::kNone), '\n')) {
    EXPECT_LE(Width(line), 79u) << line;
  }
}

TEST(HelpTest, NoTwoFlagsShareANameOrALetter) {
  std::set<std::string> names;
  for (const Flag& flag : Flags()) {
    EXPECT_TRUE(names.insert(std::string(flag.name)).second) << flag.name;
    if (flag.letter == 0) continue;
    EXPECT_TRUE(names.insert(std::string(1, flag.letter)).second) << flag.letter;
  }
}

TEST(ManPageTest, EveryLineIsTextOrARequest) {
  const std::set<std::string> requests = {".TH", ".SH", ".SS", ".PP", ".TP", ".RS", ".RE", ".br"};
  for (const absl::string_view line : absl::StrSplit(ManPage(), '\n')) {
    if (!absl::StartsWith(line, ".")) continue;
    EXPECT_TRUE(requests.contains(std::string(line.substr(0, 3)))) << line;
  }
}

}  // namespace
}  // namespace gather::cli
