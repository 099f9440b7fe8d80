#ifndef GATHER_CLI_WORDING_H_
#define GATHER_CLI_WORDING_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace gather::cli {

// "12,345".
std::string Grouped(std::uint64_t number);

// "64 MiB", "1.5 KiB".
std::string Bytes(std::uint64_t bytes);

// As people say it: "0.4 ms", "21 ms", "1.24 s", "12 s", "3m5s".
std::string Span(absl::Duration duration);

// How many columns of a terminal the UTF-8 text takes, colours not counted.
std::size_t Width(absl::string_view text);

// The text, cut to that many columns with an "…" where it is wider, filled up with spaces where it
// is narrower and `fill` says so. As OneLine() otherwise.
std::string Fit(absl::string_view text, std::size_t columns, bool fill);

// The text with spaces for control characters: what a backend wrote stays on its line, and can
// neither colour a terminal nor move its cursor.
std::string OneLine(absl::string_view text);

}  // namespace gather::cli

#endif  // GATHER_CLI_WORDING_H_
