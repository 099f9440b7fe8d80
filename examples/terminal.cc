#include "examples/terminal.h"

#include <unistd.h>

namespace demo {

const gather::cli::Painter& StandardPainter() {
  static const gather::cli::Painter painter(gather::cli::HasColours(STDOUT_FILENO));
  return painter;
}

std::string Paint(Tone tone, absl::string_view text) { return StandardPainter().Paint(tone, text); }

}  // namespace demo
