#include "cli/painter.h"

#include <unistd.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace gather::cli {
namespace {

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
    case Tone::kApart:
      return "36";
  }
  return "0";
}

}  // namespace

bool IsScreen(int descriptor) {
  const char* const terminal = std::getenv("TERM");
  return isatty(descriptor) == 1 && (terminal == nullptr || absl::string_view(terminal) != "dumb");
}

bool HasColours(int descriptor) {
  const char* const none = std::getenv("NO_COLOR");
  return IsScreen(descriptor) && (none == nullptr || *none == '\0');
}

std::string Painter::Paint(Tone tone, absl::string_view text) const {
  if (text.empty() || !colours_ || tone == Tone::kPlain) return std::string(text);
  return absl::StrCat("\x1b[", Code(tone), "m", text, "\x1b[0m");
}

}  // namespace gather::cli
