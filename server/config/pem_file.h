#ifndef GATHER_SERVER_CONFIG_PEM_FILE_H_
#define GATHER_SERVER_CONFIG_PEM_FILE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "server/config/mistakes.h"

namespace gather::server {

// The text of the PEM file that `field` names, which holds certificates. One that cannot be read,
// or that holds none, or a broken one, is noted at the field.
std::string ReadCertificates(const std::string& path, absl::string_view field, const Place& place);

// A certificate, with those that lead to its authority, and its private key; both in PEM form.
struct KeyPair {
  std::string certificate_chain;
  std::string private_key;
};

// The contents of the files that `certificate_file` and `private_key_file` at `place` name. What
// cannot be used is noted there; also a key that is another certificate's.
KeyPair ReadKeyPair(const std::string& certificate_file, const std::string& private_key_file,
                    const Place& place);

}  // namespace gather::server

#endif  // GATHER_SERVER_CONFIG_PEM_FILE_H_
