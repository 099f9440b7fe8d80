#ifndef GATHER_CLI_PAINTER_H_
#define GATHER_CLI_PAINTER_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace gather::cli {

enum class Tone : std::uint8_t { kPlain, kBold, kFaint, kGood, kBad, kStopped, kApart };

// Whether that descriptor is a terminal on which lines can be drawn anew.
bool IsScreen(int descriptor);

// Whether what is written to that descriptor may have colours: it is such a terminal, and NO_COLOR
// is not set.
bool HasColours(int descriptor);

// Gives texts their tones, or leaves them as they are. A plain value.
class Painter {
 public:
  explicit Painter(bool colours) : colours_(colours) {}

  std::string Paint(Tone tone, absl::string_view text) const;

 private:
  bool colours_;
};

}  // namespace gather::cli

#endif  // GATHER_CLI_PAINTER_H_
