#ifndef GATHER_SERVER_CONFIG_VALUE_CHECK_H_
#define GATHER_SERVER_CONFIG_VALUE_CHECK_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "server/config/mistakes.h"

namespace gather::server {

// gRPC counts a message's bytes in an int, and 1 MiB is kept for its own limit.
inline constexpr std::uint64_t kMostBytes = (2ull << 30) - (2ull << 20);

// Whether `text` is HOST:PORT, and whether that host is this machine alone.
bool IsHostPort(absl::string_view text);
bool IsLoopback(absl::string_view host_port);

// `text` in double quotes, safe to print.
std::string Quoted(absl::string_view text);

absl::Duration ToDuration(const google::protobuf::Duration& duration);

// Notes a mistake at the field unless the value is within the bounds, both included.
void CheckDuration(const google::protobuf::Duration& duration, absl::Duration least,
                   absl::Duration most, absl::string_view field, const Place& place);
void CheckAtMost(std::uint64_t value, std::uint64_t most, absl::string_view field,
                 const Place& place);

}  // namespace gather::server

#endif  // GATHER_SERVER_CONFIG_VALUE_CHECK_H_
