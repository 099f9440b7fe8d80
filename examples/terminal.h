#ifndef GATHER_EXAMPLES_TERMINAL_H_
#define GATHER_EXAMPLES_TERMINAL_H_

#include <string>

#include "absl/strings/string_view.h"

namespace demo {

enum class Tone { kPlain, kBold, kFaint, kGood, kBad, kStopped };

// `text` in that tone, if standard output is a terminal and NO_COLOR is not set; else as it is.
std::string Paint(Tone tone, absl::string_view text);

}  // namespace demo

#endif  // GATHER_EXAMPLES_TERMINAL_H_
