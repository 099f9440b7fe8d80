#include "examples/terminal.h"

#include <unistd.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace demo {
namespace {

bool HasColours() {
  static const bool has_colours = isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  return has_colours;
}

absl::string_view Code(Tone tone) {
  switch (tone) {
    case Tone::kPlain:
      return "0";
    case Tone::kBold:
      return "1";
    case Tone::kFaint:
      return "2";
    case Tone::kGood:
      return "32";
    case Tone::kBad:
      return "31";
    case Tone::kStopped:
      return "33";
  }
  return "0";
}

}  // namespace

std::string Paint(Tone tone, absl::string_view text) {
  if (text.empty() || !HasColours()) return std::string(text);
  return absl::StrCat("\x1b[", Code(tone), "m", text, "\x1b[0m");
}

}  // namespace demo
