#include "server/config/value_check.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace gather::server {

bool IsHostPort(absl::string_view text) {
  const std::size_t colon = text.rfind(':');
  std::uint32_t port = 0;
  return colon != absl::string_view::npos && colon != 0 &&
         absl::SimpleAtoi(text.substr(colon + 1), &port) && port <= 65535;
}

// "127.example.com" is somebody's name, so digits and dots only.
bool IsLoopback(absl::string_view host_port) {
  const absl::string_view host = host_port.substr(0, host_port.rfind(':'));
  return host == "localhost" || host == "[::1]" ||
         (absl::StartsWith(host, "127.") &&
          host.find_first_not_of("0123456789.") == absl::string_view::npos);
}

std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", absl::CHexEscape(text), "\"");
}

absl::Duration ToDuration(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

void CheckDuration(const google::protobuf::Duration& duration, absl::Duration least,
                   absl::Duration most, absl::string_view field, const Place& place) {
  const absl::Duration length = ToDuration(duration);
  if (length >= least && length <= most) return;
  place.Wrong(field, absl::StrCat(absl::FormatDuration(length), " is not a duration from ",
                                  absl::FormatDuration(least), " to ", absl::FormatDuration(most)));
}

void CheckAtMost(std::uint64_t value, std::uint64_t most, absl::string_view field,
                 const Place& place) {
  if (value > most) place.Wrong(field, absl::StrCat(value, " is more than ", most));
}

}  // namespace gather::server
