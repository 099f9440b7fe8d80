#include "cli/wording.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace gather::cli {
namespace {

// Whether the byte goes on with the character of the one before.
bool Continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

}  // namespace

std::string Grouped(std::uint64_t number) {
  std::string digits = absl::StrCat(number);
  for (int i = static_cast<int>(digits.size()) - 3; i > 0; i -= 3)
    digits.insert(static_cast<std::size_t>(i), 1, ',');
  return digits;
}

std::string Bytes(std::uint64_t bytes) {
  double amount = static_cast<double>(bytes);
  for (const char* const unit : {"bytes", "KiB", "MiB"}) {
    if (amount < 1024) return absl::StrFormat("%.4g %s", amount, unit);
    amount /= 1024;
  }
  return absl::StrFormat("%.4g GiB", amount);
}

std::string Span(absl::Duration duration) {
  const double millis = absl::ToDoubleMilliseconds(duration);
  if (millis < 9.95) return absl::StrFormat("%.1f ms", millis);
  if (millis < 999.5) return absl::StrFormat("%.0f ms", millis);
  const double seconds = millis / 1000;
  if (seconds < 9.995) return absl::StrFormat("%.2f s", seconds);
  if (seconds < 120) return absl::StrFormat("%.0f s", seconds);
  return absl::FormatDuration(absl::Trunc(duration, absl::Seconds(1)));
}

std::size_t Width(absl::string_view text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      while (i < text.size() && text[i] != 'm') ++i;
    } else if (!Continues(text[i])) {
      ++width;
    }
  }
  return width;
}

std::string OneLine(absl::string_view text) {
  std::string line;
  line.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
    const bool two_byte_control = byte == 0xC2 && next >= 0x80 && next < 0xA0;
    const bool control = byte < 0x20 || byte == 0x7F;
    line += control || two_byte_control ? ' ' : text[i];
    if (two_byte_control) ++i;
  }
  return line;
}

std::string Fit(absl::string_view text, std::size_t columns, bool fill) {
  std::string line = OneLine(text);
  const std::size_t width = Width(line);
  if (width <= columns) return fill ? line + std::string(columns - width, ' ') : line;
  std::size_t kept = 0;
  std::size_t end = 0;
  while (end < line.size() && (kept + 1 < columns || Continues(line[end]))) {
    if (!Continues(line[end])) ++kept;
    ++end;
  }
  return columns == 0 ? "" : absl::StrCat(line.substr(0, end), "…");
}

}  // namespace gather::cli
