#include "server/identity/token_table.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"

namespace gather::server {
namespace {

bool IsHex(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return absl::ascii_isxdigit(c); });
}

}  // namespace

TokenTable::TokenTable(const google::protobuf::RepeatedPtrField<config::v1::Token>& tokens) {
  for (const config::v1::Token& token : tokens) {
    Sha256Digest digest;
    if (token.sha256().size() != 2 * digest.size() || !IsHex(token.sha256())) continue;
    const std::string bytes = absl::HexStringToBytes(token.sha256());
    std::copy(bytes.begin(), bytes.end(), digest.begin());
    tokens_.emplace_back(digest, token.principal());
  }
}

const std::string* TokenTable::Find(const Sha256Digest& digest) const {
  const std::string* found = nullptr;
  for (const auto& [known, principal] : tokens_) {
    if (SameDigest(known, digest)) found = &principal;
  }
  return found;
}

}  // namespace gather::server
