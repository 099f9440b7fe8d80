#ifndef GATHER_SERVER_IDENTITY_SHA256_H_
#define GATHER_SERVER_IDENTITY_SHA256_H_

#include <array>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace gather::server {

using Sha256Digest = std::array<std::uint8_t, 32>;

Sha256Digest Sha256(absl::string_view text);

// Whether they are the same, in a time that does not tell where they differ.
bool SameDigest(const Sha256Digest& a, const Sha256Digest& b);

// The first digits, in hexadecimal: enough to find a token by in a log, too few to guess one from.
std::string FirstDigits(const Sha256Digest& digest);

}  // namespace gather::server

#endif  // GATHER_SERVER_IDENTITY_SHA256_H_
