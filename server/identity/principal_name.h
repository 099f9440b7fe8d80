#ifndef GATHER_SERVER_IDENTITY_PRINCIPAL_NAME_H_
#define GATHER_SERVER_IDENTITY_PRINCIPAL_NAME_H_

#include <algorithm>

#include "absl/strings/string_view.h"

namespace gather::server {

// Whether a caller may be called that: up to 256 printable characters other than "*", so that the
// name can be logged, sent to backends and never be taken for everybody's.
inline bool IsPrincipalName(absl::string_view name) {
  constexpr std::size_t kMaxBytes = 256;
  return !name.empty() && name.size() <= kMaxBytes && name != "*" && name.front() != ' ' &&
         name.back() != ' ' &&
         std::all_of(name.begin(), name.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
}

}  // namespace gather::server

#endif  // GATHER_SERVER_IDENTITY_PRINCIPAL_NAME_H_
