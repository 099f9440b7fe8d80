#ifndef GATHER_EXAMPLES_TERMINAL_H_
#define GATHER_EXAMPLES_TERMINAL_H_

#include <string>

#include "absl/strings/string_view.h"
#include "cli/painter.h"

namespace demo {

using gather::cli::Tone;

// What paints for standard output: in colours if that is a terminal that has some.
const gather::cli::Painter& StandardPainter();

// `text` in that tone, on standard output.
std::string Paint(Tone tone, absl::string_view text);

}  // namespace demo

#endif  // GATHER_EXAMPLES_TERMINAL_H_
