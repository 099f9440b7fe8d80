#ifndef GATHER_SERVER_CONFIG_CONFIG_FILE_H_
#define GATHER_SERVER_CONFIG_CONFIG_FILE_H_

#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gather/config/v1/config.pb.h"
#include "server/config/mistakes.h"

namespace gather::server {

// The whole file. kNotFound says in one line why it cannot be read.
absl::StatusOr<std::string> ReadFile(const std::string& path);

// Reads the JSON of a ServerConfig, its fields' names in snake_case or lowerCamelCase. Lines that
// begin with // are comments. What is no JSON, or no ServerConfig, is told with the path of each
// field that is wrong: `targets[1].adress: there is no such field`.
std::variant<config::v1::ServerConfig, Mistakes> ParseConfig(absl::string_view json);

}  // namespace gather::server

#endif  // GATHER_SERVER_CONFIG_CONFIG_FILE_H_
