#ifndef GATHER_CLI_PREPARED_CALL_H_
#define GATHER_CLI_PREPARED_CALL_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/command_line.h"
#include "cli/roster.h"
#include "cli/schemas.h"
#include "gather/gather_client.h"
#include "gather/v1/gather.pb.h"

namespace gather::cli {

// What `call` and `check` have in hand before they ask for the gather.
struct PreparedCall {
  v1::GatherRequest request;
  std::vector<std::pair<std::string, std::string>> metadata;
  std::unique_ptr<Schemas> schemas;
  Roster roster;
  std::string door;  // "through 127.0.0.1:4400", "without a server"
  Client client;
};

// Reads settings and files, asks targets for their types, and makes the request. Blocks.
// kUnavailable: a target that has to be asked cannot be; kInvalidArgument, kNotFound: what is
// wrong.
absl::StatusOr<PreparedCall> Prepare(CommandLine line);

}  // namespace gather::cli

#endif  // GATHER_CLI_PREPARED_CALL_H_
