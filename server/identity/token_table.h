#ifndef GATHER_SERVER_IDENTITY_TOKEN_TABLE_H_
#define GATHER_SERVER_IDENTITY_TOKEN_TABLE_H_

#include <string>
#include <utility>
#include <vector>

#include "gather/config/v1/config.pb.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "server/identity/sha256.h"

namespace gather::server {

// The static tokens of a configuration, by their hashes. Immutable, so any thread may read it.
class TokenTable {
 public:
  // Hashes that are not 64 hexadecimal digits are nobody's.
  explicit TokenTable(const google::protobuf::RepeatedPtrField<config::v1::Token>& tokens);

  // Who bears the token of that hash, or null. Takes the same time wherever it stands.
  const std::string* Find(const Sha256Digest& digest) const;

  bool empty() const { return tokens_.empty(); }

 private:
  std::vector<std::pair<Sha256Digest, std::string>> tokens_;
};

}  // namespace gather::server

#endif  // GATHER_SERVER_IDENTITY_TOKEN_TABLE_H_
