#include "cli/help_words.h"

#include "absl/strings/str_cat.h"

namespace gather::cli {

absl::string_view Heading(Section section) {
  switch (section) {
    case Section::kGather:
      return "The gather";
    case Section::kCall:
      return "Each call (behind it; before the first: of all)";
    case Section::kWhere:
      return "Who is asked";
    case Section::kTypes:
      return "Types";
    case Section::kOutput:
      return "Output";
  }
  return "";
}

std::string Spelling(const Flag& flag) {
  const std::string letter =
      flag.letter == 0 ? "" : absl::StrCat("-", std::string(1, flag.letter), ", ");
  return absl::StrCat(letter, "--", flag.name, flag.value.empty() ? "" : "=", flag.value);
}

bool Takes(Command command, const Flag& flag) {
  return command == Command::kNone || (flag.commands & static_cast<int>(command)) != 0;
}

}  // namespace gather::cli
