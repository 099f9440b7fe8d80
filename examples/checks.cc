#include "examples/checks.h"

#include "absl/strings/str_format.h"
#include "examples/terminal.h"

namespace demo {

void Checks::Title(const std::string& title) { absl::PrintF("\n%s\n", Paint(Tone::kBold, title)); }

void Checks::Expect(bool holds, const std::string& expectation) {
  failed_ = failed_ || !holds;
  absl::PrintF("  %s %s\n", holds ? Paint(Tone::kGood, "✓") : Paint(Tone::kBad, "✗ not so:"),
               expectation);
}

}  // namespace demo
